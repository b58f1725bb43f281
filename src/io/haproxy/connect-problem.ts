import { RejuvError } from '../../domain/errors.ts';
import type { Place } from './place.ts';

/** Why a connection could not be opened, from the error of the opener. */
export function connectProblem({ loadBalancer, socket }: Place, cause: unknown): RejuvError {
  if (cause instanceof RejuvError) return cause;
  const code = errorCode(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new RejuvError('socket-missing', { loadBalancer, socket }, { cause });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new RejuvError('socket-denied', { loadBalancer, socket }, { cause });
  }
  const problem = sentences[code ?? ''] ?? code ?? (cause instanceof Error ? cause.message : String(cause));
  return new RejuvError('haproxy-down', { loadBalancer, socket, problem }, { cause });
}

/** The backlog of a unix socket is full: HAProxy lives, but other clients hold all its connections. */
export function isBusy(error: unknown): boolean {
  return errorCode(error) === 'EAGAIN';
}

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to its network',
  ETIMEDOUT: 'connection timed out',
  ENOTFOUND: 'its name is not known',
  ECONNRESET: 'connection reset',
};

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
