import { asRejuvError, RejuvError } from '../domain/errors.ts';
import type { LoadBalancer } from '../domain/seams.ts';
import { formatAddress, type ServerSettings } from '../domain/settings.ts';
import type { World } from './world.ts';

/** Do the runtime sockets allow changes? One problem per load balancer, but for those `away`, that does not. */
export async function levelProblems(
  world: World,
  away: readonly string[],
  signal: AbortSignal,
): Promise<RejuvError[]> {
  const levelProblem = async (one: LoadBalancer): Promise<RejuvError | null> => {
    try {
      if ((await one.level(signal)) === 'admin') return null;
    } catch (thrown) {
      signal.throwIfAborted();
      return asRejuvError(thrown);
    }
    const settings = world.settings.loadBalancers.find(({ name }) => name === one.name);
    const socket = settings === undefined ? 'its socket' : formatAddress(settings.socket);
    return new RejuvError('haproxy-level', { loadBalancer: one.name, socket });
  };
  const asked = world.loadBalancers.filter(({ name }) => !away.includes(name));
  const answers = await Promise.all(asked.map(levelProblem));
  return answers.filter((answer) => answer !== null);
}

/** Does SSH to these servers work right now, and can their boot id be read? One problem per server that fails. */
export async function loginProblems(
  world: World,
  servers: readonly ServerSettings[],
  signal: AbortSignal,
): Promise<RejuvError[]> {
  const answers = await Promise.all(
    servers.map(async ({ ssh }): Promise<RejuvError | null> => {
      if (ssh === null) return null;
      try {
        const host = await world.hosts.connect(ssh, signal);
        try {
          await host.boot(signal);
          return null;
        } finally {
          await host.close();
        }
      } catch (thrown) {
        signal.throwIfAborted();
        return asRejuvError(thrown);
      }
    }),
  );
  return answers.filter((answer) => answer !== null);
}
