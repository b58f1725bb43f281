import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2 from 'ssh2';
import type { AnyAuthMethod, ClientChannel, ParsedKey, ServerHostKeyAlgorithm, SFTPWrapper } from 'ssh2';
import { RejuvError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/seams.ts';
import { firstOf, unlessAborted } from './abort.ts';

export type { ClientChannel, SFTPWrapper } from 'ssh2';
export type PrivateKey = ParsedKey;

/** One live, logged-in SSH connection. */
export interface Session {
  /** `user@host:port`, for people. */
  readonly name: string;
  /** Fires when the connection has ended, for whatever reason. */
  readonly lost: AbortSignal;
  /**
   * Starts a command. `attend` is called in the very moment the channel opens: a short command may have its exit
   * status in the same packet, and it would be gone a turn of the event loop later.
   */
  exec<T>(command: string, attend: (channel: ClientChannel) => T): Promise<T>;
  sftp(): Promise<SFTPWrapper>;
  /** A stream to a unix socket on that host. */
  openUnixSocket(path: string): Promise<Duplex>;
  close(): Promise<void>;
}

/** Whom to log in to, and how. */
export interface SessionPlan {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly key: PrivateKey | null;
  readonly agentSocket: string | null;
  /** Host key types already known for that host; they are asked for first. */
  readonly knownTypes: readonly string[];
  /** Why this raw host key is not accepted; null accepts it. */
  readonly refusal: (key: Buffer) => RejuvError | null;
  readonly connectTimeoutMs: number;
  /** Three of these without an answer, and the peer is taken for dead. */
  readonly keepaliveMs: number;
}

/** The text of a private key file, parsed; an Error says why it cannot be used. */
export function parsePrivateKey(text: string): PrivateKey | Error {
  // The declared type forgets that a file may hold several keys.
  const parsed: PrivateKey | Error | readonly PrivateKey[] = ssh2.utils.parseKey(text);
  const key = Array.isArray(parsed) ? (parsed as readonly PrivateKey[])[0] : parsed;
  if (key === undefined || key instanceof Error) return key ?? new Error('the file holds no key');
  return key.isPrivateKey() ? key : new Error('it is a public key');
}

/** Connects and logs in. Raises: host-unreachable, login-refused, and what `refusal` gives. */
export async function openSession(plan: SessionPlan, clock: Clock, signal: AbortSignal): Promise<Session> {
  signal.throwIfAborted();
  const client = new ssh2.Client();
  const socket = new Socket();
  const lost = new AbortController();
  let refused: RejuvError | null = null;
  const ready = new Promise<void>((resolve, reject) => {
    let agentProblem = '';
    client.on('ready', resolve);
    // After login the same events only precede `close`.
    client.on('error', (error) => {
      // An agent that does not answer is reported, and the next way to log in is tried.
      if (error.level === 'agent') agentProblem = error.message;
      else reject(refused ?? failure(plan, error, agentProblem));
    });
    client.on('close', () => {
      reject(unreachable(plan, 'the connection was closed during the login'));
      lost.abort(new Error('the SSH connection ended'));
    });
  });
  ready.catch(() => undefined);
  const timer = clock.timeout(
    plan.connectTimeoutMs,
    unreachable(plan, `no login within ${plan.connectTimeoutMs} ms`),
  );
  const stop = firstOf([signal, timer.signal]);
  try {
    socket.setNoDelay(true);
    client.connect({
      sock: socket,
      username: plan.user,
      authHandler: waysToLogIn(plan),
      algorithms: { serverHostKey: hostKeyAlgorithms(plan.knownTypes) },
      // Must stay synchronous: ssh2 takes a returned promise for a yes.
      hostVerifier: (key: Buffer): boolean => {
        refused = plan.refusal(key);
        return refused === null;
      },
      readyTimeout: 0,
      keepaliveInterval: plan.keepaliveMs,
      keepaliveCountMax: 3,
    });
    socket.connect(plan.port, plan.host);
    await unlessAborted(ready, stop.signal);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    timer.clear();
    stop.release();
  }
  return session(plan.name, client, socket, lost.signal, clock);
}

function session(
  name: string,
  client: InstanceType<typeof ssh2.Client>,
  socket: Socket,
  lost: AbortSignal,
  clock: Clock,
): Session {
  const asked = <T>(ask: (done: (error: Error | undefined, value: T) => void) => unknown): Promise<T> =>
    new Promise((resolve, reject) => {
      ask((error, value) => {
        if (error) reject(error);
        else resolve(value);
      });
    });
  return {
    name,
    lost,
    exec: (command, attend) =>
      new Promise((resolve, reject) => {
        client.exec(command, (error, channel) => {
          if (error) reject(error);
          else resolve(attend(channel));
        });
      }),
    sftp: () => asked<SFTPWrapper>((done) => client.sftp(done)),
    openUnixSocket: (path) =>
      asked<ClientChannel>((done) => client.openssh_forwardOutStreamLocal(path, done)),
    async close() {
      if (!lost.aborted) {
        const ended = new Promise<void>((resolve) => lost.addEventListener('abort', () => resolve()));
        client.end();
        // A dead peer never says goodbye.
        const timer = clock.timeout(closeWithinMs, new Error('no goodbye'));
        await unlessAborted(ended, timer.signal).catch(() => undefined);
        timer.clear();
      }
      socket.destroy();
    },
  };
}

const closeWithinMs = 500;

function waysToLogIn(plan: SessionPlan): AnyAuthMethod[] {
  const { user: username, key, agentSocket } = plan;
  const ways: AnyAuthMethod[] = [];
  if (key !== null) ways.push({ type: 'publickey', username, key });
  if (agentSocket !== null) ways.push({ type: 'agent', username, agent: agentSocket });
  return ways;
}

const algorithms: readonly (readonly [type: string, names: readonly ServerHostKeyAlgorithm[]])[] = [
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
];

/** Known types first, or a host known by its RSA key would show its Ed25519 key and look like another. */
function hostKeyAlgorithms(known: readonly string[]): ServerHostKeyAlgorithm[] {
  const first = algorithms.filter(([type]) => known.includes(type));
  const others = algorithms.filter(([type]) => !known.includes(type));
  return [...first, ...others].flatMap(([, names]) => names);
}

function failure(plan: SessionPlan, error: Error & { level?: string }, agentProblem: string): RejuvError {
  const tooMany = /too many authentication failures/i.test(error.message);
  if (error.level !== 'client-authentication' && !tooMany) {
    return unreachable(plan, error.message === '' ? codeOf(error) : error.message, error);
  }
  if (agentProblem !== '' && plan.key === null) {
    const problem = `nothing answers at ${plan.agentSocket ?? ''} (${agentProblem})`;
    return new RejuvError('key-unusable', { path: 'of the agent', problem }, { cause: error });
  }
  return new RejuvError('login-refused', { host: plan.name, user: plan.user }, { cause: error });
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.name;
}

function unreachable(plan: SessionPlan, problem: string, cause?: unknown): RejuvError {
  return new RejuvError('host-unreachable', { host: plan.name, problem }, { cause });
}
