import { RejuvError } from '../../domain/errors.ts';
import { codeOf, networkProblem } from '../../domain/network-problem.ts';
import type { Place } from './place.ts';

/** Why a connection could not be opened, from the error of the opener. */
export function connectProblem({ loadBalancer, socket }: Place, cause: unknown): RejuvError {
  if (cause instanceof RejuvError) return cause;
  const code = codeOf(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new RejuvError('socket-missing', { loadBalancer, socket }, { cause });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new RejuvError('socket-denied', { loadBalancer, socket }, { cause });
  }
  return new RejuvError('haproxy-down', { loadBalancer, socket, problem: networkProblem(cause) }, { cause });
}

/** The backlog of a unix socket is full: HAProxy lives, but other clients hold all its connections. */
export function isBusy(error: unknown): boolean {
  return codeOf(error) === 'EAGAIN';
}
