import type { Duplex } from 'node:stream';
import { RejuvError } from '../../domain/errors.ts';
import type { SshSettings } from '../../domain/settings.ts';
import { firstOf, unlessAborted } from './abort.ts';
import { emptyOutput, execute } from './execute.ts';
import { loginContext, type SshOptions } from './hosts.ts';
import { hostName, logIn } from './login.ts';
import type { Session } from './session.ts';
import { shellQuote } from './shell-quote.ts';

/** Opens one more stream to the same place. */
export type StreamOpener = (signal: AbortSignal) => Promise<Duplex>;

/** Streams to unix sockets of other machines, over one lasting connection per login. */
export interface SshStreams {
  /**
   * The opener for the socket `path` at `login`. It raises: those of Hosts.connect, socket-missing, socket-denied,
   * haproxy-down, with `loadBalancer` in them.
   */
  openOverSsh(loadBalancer: string, login: SshSettings, path: string): StreamOpener;
  close(): Promise<void>;
}

/** Connections are made at the first use, and again when they broke. */
export function createSshStreams(options: SshOptions): SshStreams {
  const context = loginContext(options);
  const closing = new AbortController();
  const sessions = new Map<string, Promise<Session>>();

  const sessionTo = (login: SshSettings): Promise<Session> => {
    const id = JSON.stringify(login);
    const known = sessions.get(id);
    if (known !== undefined) return known;
    // Not under the signal of one caller: others may wait for the same connection.
    const opened = logIn(login, context, closing.signal);
    const forget = (): void => {
      if (sessions.get(id) === opened) sessions.delete(id);
    };
    opened.then((session) => session.lost.addEventListener('abort', forget), forget);
    sessions.set(id, opened);
    return opened;
  };

  return {
    openOverSsh: (loadBalancer, login, path) => async (signal) => {
      signal.throwIfAborted();
      closing.signal.throwIfAborted();
      const socket = `ssh://${hostName(login)}${path}`;
      const session = await unlessAborted(sessionTo(login), signal);
      const stop = firstOf([signal, session.lost]);
      const opening = session.openUnixSocket(path);
      try {
        return await unlessAborted(opening, stop.signal);
      } catch (cause) {
        opening.then((late) => late.destroy()).catch(() => undefined);
        signal.throwIfAborted();
        throw await refusal(session, { loadBalancer, socket }, path, cause, signal);
      } finally {
        stop.release();
      }
    },
    async close() {
      closing.abort(new Error('the SSH streams were closed'));
      const open = await Promise.allSettled([...sessions.values()]);
      const live = open.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      await Promise.all(live.map((session) => session.close()));
    },
  };
}

/** sshd says only that it failed, so the host is asked what is at the path. */
async function refusal(
  session: Session,
  facts: { readonly loadBalancer: string; readonly socket: string },
  path: string,
  cause: unknown,
  signal: AbortSignal,
): Promise<RejuvError> {
  if (session.lost.aborted) {
    return new RejuvError('haproxy-down', { ...facts, problem: 'the SSH connection broke' }, { cause });
  }
  const found = await lookAt(session, path, signal);
  if (found === 'missing') return new RejuvError('socket-missing', facts, { cause });
  if (found === 'denied') return new RejuvError('socket-denied', facts, { cause });
  // sshd gives the same reason for a dead socket and for a forbidden forward.
  const problem = `sshd there could not connect: ${found === 'there' ? 'nobody listens at it' : 'cause unknown'}, or its AllowStreamLocalForwarding forbids it`;
  return new RejuvError('haproxy-down', { ...facts, problem }, { cause });
}

async function lookAt(session: Session, path: string, signal: AbortSignal): Promise<string> {
  const word = shellQuote(path);
  const look = `if [ ! -e ${word} ]; then echo missing; elif [ ! -w ${word} ]; then echo denied; else echo there; fi`;
  const command = `exec sh -c ${shellQuote(look)}`;
  const stop = firstOf([signal, session.lost]);
  try {
    const execution = { command, title: command, output: emptyOutput() };
    return (await execute(session, execution, stop.signal)).stdout.trim();
  } catch {
    signal.throwIfAborted();
    return 'unknown';
  } finally {
    stop.release();
  }
}
