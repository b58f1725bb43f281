import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import axios from 'axios';
import { networkProblem } from '../../domain/network-problem.ts';
import type { Clock, Probe } from '../../domain/seams.ts';

/** More than this of an answer is not read; the status is the answer. */
const bodyLimit = 256 * 1024;

/**
 * The Probe seam over HTTP. Each probe is a new, direct connection and one request: no proxy of the environment, no
 * redirect followed. `timeoutMs` is the deadline of the whole answer, its body included.
 */
export function createProbe({ clock }: { readonly clock: Clock }): Probe {
  const http = axios.create({
    proxy: false,
    maxRedirects: 0,
    validateStatus: () => true,
    responseType: 'stream',
    decompress: false,
    httpAgent: new HttpAgent({ keepAlive: false }),
    httpsAgent: new HttpsAgent({ keepAlive: false }),
    headers: { 'User-Agent': 'rejuv', Accept: '*/*' },
  });
  return {
    async get(url, timeoutMs, signal) {
      signal.throwIfAborted();
      const startedAt = clock.monotonic();
      const tookMs = (): number => Math.round(clock.monotonic() - startedAt);
      const timer = clock.timeout(timeoutMs, new Error(`no whole answer within ${timeoutMs} ms`));
      const stop = new AbortController();
      const end = (): void => stop.abort();
      signal.addEventListener('abort', end, { once: true });
      timer.signal.addEventListener('abort', end, { once: true });
      try {
        const answer = await http.get<Readable>(url, { signal: stop.signal });
        await readBounded(answer.data, stop.signal);
        return { status: answer.status, problem: null, tookMs: tookMs() };
      } catch (error) {
        signal.throwIfAborted();
        const problem = timer.signal.aborted
          ? `no whole answer within ${timeoutMs} ms`
          : networkProblem(error);
        return { status: null, problem, tookMs: tookMs() };
      } finally {
        signal.removeEventListener('abort', end);
        timer.clear();
      }
    },
  };
}

/** Reads the body to its end or to the limit, so that an answer that breaks off is noticed. */
async function readBounded(body: Readable, signal: AbortSignal): Promise<void> {
  const end = (): void => void body.destroy(new Error('stopped'));
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > bodyLimit) break;
    }
  } finally {
    signal.removeEventListener('abort', end);
    body.destroy();
  }
}
