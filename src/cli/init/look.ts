import { sshDefaults } from '../../config/ssh-fields.ts';
import { addressOf } from '../../config/ssh-login.ts';
import { readSocketAddress } from '../../config/socket-address.ts';
import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import { loadBalancerName } from '../../domain/names.ts';
import type { SocketAddress } from '../../domain/settings.ts';
import type { Seen } from './seen.ts';
import type { SshSketch } from './sketch.ts';
import type { FoundSocket, Surroundings } from './surroundings.ts';

/** The names of the pair in the new file. */
const names = ['lb-a', 'lb-b'] as const;

/** Asks load balancers; reads only. */
export interface Look {
  readonly surroundings: Surroundings;
  /** How to log in to those behind `ssh://`. */
  readonly ssh: SshSketch;
  readonly signal: AbortSignal;
}

/** What is wrong with a socket as typed, or null. */
export function socketProblem(text: string): string | null {
  const reading = readSocketAddress(text);
  return 'value' in reading ? null : `${JSON.stringify(text)}, ${reading.wrong}; ${reading.right}`;
}

/**
 * Everything of one load balancer or two. Raises the errors of LoadBalancer.read, and of a login over SSH.
 * @throws RejuvError usage
 */
export async function lookAt(
  { surroundings, ssh, signal }: Look,
  sockets: readonly FoundSocket[],
): Promise<Seen[]> {
  const pair = sockets.map(({ socket }, index) => ({
    name: loadBalancerName(names[index] ?? `lb-${index + 1}`),
    socket: addressIn(socket, ssh),
    master: null,
  }));
  const connected = await surroundings.connect(pair);
  try {
    const seen: Seen[] = [];
    for (const [index, { socket, master, checks }] of sockets.entries()) {
      const loadBalancer = connected.loadBalancers[index];
      if (loadBalancer === undefined) continue;
      const view = await loadBalancer.read(null, signal);
      const level = await loadBalancer.level(signal);
      seen.push({ name: loadBalancer.name, socket, master, checks, level, view });
    }
    return seen;
  } finally {
    await connected.close();
  }
}

function addressIn(text: string, { user, privateKey, keyThere }: SshSketch): SocketAddress {
  const reading = readSocketAddress(text);
  if (!('value' in reading)) {
    throw new RejuvError('usage', { problem: `--socket ${socketProblem(text) ?? text}` });
  }
  const login = sshDefaults.parse({ user, ...(keyThere ? { privateKey } : { agent: true }) });
  return addressOf(login, reading.value);
}

/** The found sockets that answer, one per process: the one with the highest level. */
export interface Answering {
  readonly found: readonly (FoundSocket & Pick<Seen, 'level' | 'view'>)[];
  /** Why others do not. */
  readonly errors: readonly RejuvError[];
}

const levels = ['user', 'operator', 'admin'] as const;

/** Asks every socket that was found. */
export async function whoAnswers(look: Look, sockets: readonly FoundSocket[]): Promise<Answering> {
  const found = new Map<string, Answering['found'][number]>();
  const errors: RejuvError[] = [];
  for (const socket of sockets) {
    try {
      const [seen] = await lookAt(look, [socket]);
      if (seen === undefined) continue;
      const { pid, startedAtSeconds } = seen.view.process;
      const process = `${pid} ${startedAtSeconds}`;
      const known = found.get(process);
      if (known !== undefined && levels.indexOf(known.level) >= levels.indexOf(seen.level)) continue;
      found.set(process, { ...socket, level: seen.level, view: seen.view });
    } catch (thrown) {
      look.signal.throwIfAborted();
      errors.push(asRejuvError(thrown));
    }
  }
  return { found: [...found.values()], errors };
}
