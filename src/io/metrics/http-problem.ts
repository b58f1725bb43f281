import axios from 'axios';
import { codeOf, networkProblem } from '../../domain/network-problem.ts';

/** Why a request got no whole answer, in a sentence; nothing of the request itself is in it. */
export function httpProblem(error: unknown): string {
  return codeOf(error).startsWith('Z_') ? 'the answer is packed badly' : networkProblem(error);
}

/** The request failed on a connection that had been used before, before an answer began. */
export function wasReused(error: unknown): boolean {
  if (!axios.isAxiosError(error) || error.response !== undefined) return false;
  const request: unknown = error.request;
  return (
    typeof request === 'object' &&
    request !== null &&
    'reusedSocket' in request &&
    request.reusedSocket === true
  );
}
