import { createConnection, type NetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { connectProblem, isBusy } from './connect-problem.ts';
import type { Place } from './place.ts';

/**
 * Opens one new connection to a runtime socket. Raises: socket-missing, socket-denied, haproxy-down, over SSH those of
 * Hosts.connect; the plain EAGAIN of Node where the socket's backlog is full; or the signal's reason.
 */
export type OpenStream = (signal: AbortSignal) => Promise<Duplex>;

/** The opener of a unix socket on this machine. */
export function openUnix(loadBalancer: string, path: string): OpenStream {
  return (signal) => connect({ loadBalancer, socket: path }, { path }, signal);
}

/** The opener of a TCP port. */
export function openTcp(loadBalancer: string, host: string, port: number): OpenStream {
  const socket = `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return (signal) => connect({ loadBalancer, socket }, { host, port, noDelay: true }, signal);
}

async function connect(place: Place, target: NetConnectOpts, signal: AbortSignal): Promise<Duplex> {
  signal.throwIfAborted();
  const socket = createConnection(target);
  let stop = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      stop = () => reject(new Error('stopped'));
      signal.addEventListener('abort', stop, { once: true });
      socket.once('connect', resolve).once('error', reject);
    });
    return socket;
  } catch (error) {
    socket.on('error', () => undefined).destroy();
    signal.throwIfAborted();
    throw isBusy(error) ? error : connectProblem(place, error);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
