import axios from 'axios';

/** Why a request got no whole answer, in a sentence; nothing of the request itself is in it. */
export function httpProblem(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  if (code.startsWith('Z_')) return 'the answer is packed badly';
  return sentences[code] ?? (error.message === '' ? code : error.message);
}

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was reset before the whole answer came',
  ECONNABORTED: 'the connection was cut before the whole answer came',
  EPIPE: 'the connection was cut before the request was sent',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENOTFOUND: 'the name of the host is not known',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ERR_INVALID_URL: 'the URL is not valid',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was cut before the whole answer came',
};

function codeOf(error: Error): string {
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause instanceof Error ? codeOf(error.cause) : '';
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
