/** Why a connection or a request failed, in a sentence; nothing of the request itself is in it. Pure. */
export function networkProblem(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  return sentences[code] ?? (error.message === '' ? code : error.message);
}

/** The code of the system, also where the failure is wrapped in another one; '' where it has none. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
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
