import { asRejuvError, type RejuvError } from '../domain/errors.ts';
import type { ServerSettings } from '../domain/settings.ts';
import type { World } from './world.ts';

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
