import { readFile } from 'node:fs/promises';
import { Agent as HttpsAgent } from 'node:https';
import { finished, type Readable } from 'node:stream';
import axios, { type AxiosAdapter, type AxiosResponse } from 'axios';
import { RejuvError, type Facts } from '../../domain/errors.ts';
import type { Clock } from '../../domain/seams.ts';
import type { HttpAuth } from '../../domain/sources.ts';
import { httpProblem, wasReused } from './http-problem.ts';
import { FrugalAgent, giveBack } from './page-memory.ts';
import { plainAdapter } from './plain-adapter.ts';

/** One request, and what it is about when it fails. */
export interface Ask {
  readonly url: string;
  /** Sent as a form; null: GET. */
  readonly form: Readonly<Record<string, string>> | null;
  readonly accept: string;
  readonly auth: HttpAuth | null;
  /** For the whole answer. */
  readonly deadlineMs: number;
  /** Bytes of the answer, decompressed. */
  readonly limit: number;
  /** Source, backend and server. */
  readonly facts: Facts;
}

export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  /** The clock over there, to the second; Unix milliseconds. */
  readonly date: number | null;
  /** Lent: its memory is gone when it has been read. */
  readonly body: Buffer;
  readonly tookMs: number;
}

export interface Http {
  /**
   * What `read` makes of the answer. Raises what it raises; source-unreachable without a whole answer in time;
   * source-refused for a redirect, which is never followed; source-unusable for an answer that is too large or packed in an
   * unknown way.
   */
  ask<T>(ask: Ask, signal: AbortSignal, read: (answer: HttpAnswer) => T): Promise<T>;
  close(): void;
}

/** Straight to the place: no proxy of the environment, no redirect. Connections are kept, and used again. */
export function createHttp(clock: Clock, connectionsAtOnce: number): Http {
  const options = { keepAlive: true, maxSockets: connectionsAtOnce };
  const kept = { http: new FrugalAgent(options), https: new HttpsAgent(options) };
  const overKept = plainAdapter(kept);
  // Without the defaults of axios, which are for bodies that nobody sends here, and are merged into every request.
  const http = new axios.Axios({});

  async function once(
    ask: Ask,
    signal: AbortSignal,
    adapter: AxiosAdapter,
  ): Promise<Omit<HttpAnswer, 'tookMs'>> {
    const response = await http.request<Readable>({
      adapter,
      url: ask.url,
      method: ask.form === null ? 'GET' : 'POST',
      ...(ask.form === null ? {} : { data: new URLSearchParams(ask.form).toString() }),
      headers: {
        'User-Agent': 'rejuv',
        Accept: ask.accept,
        'Accept-Encoding': 'identity',
        ...(ask.form === null ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
        ...(await authorization(ask)),
      },
      signal,
    });
    refuseOddOnes(response, ask);
    const date = Date.parse(header(response, 'date'));
    return {
      status: response.status,
      type: header(response, 'content-type'),
      date: Number.isNaN(date) ? null : date,
      body: await wholeBody(response.data, ask),
    };
  }

  async function answerTo(ask: Ask, signal: AbortSignal): Promise<HttpAnswer> {
    signal.throwIfAborted();
    const startedAt = clock.monotonic();
    const stop = new AbortController();
    const end = (): void => stop.abort();
    const callOff = clock.after(ask.deadlineMs, end);
    signal.addEventListener('abort', end, { once: true });
    try {
      // A kept connection may have been closed over there in the meantime; that is no failure of the source.
      const answer = await once(ask, stop.signal, overKept).catch(async (error: unknown) => {
        if (stop.signal.aborted || !wasReused(error)) throw error;
        const overNew = plainAdapter({ http: new FrugalAgent(), https: new HttpsAgent() });
        return await once(ask, stop.signal, overNew);
      });
      return { ...answer, tookMs: Math.round(clock.monotonic() - startedAt) };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RejuvError) throw error;
      const problem = stop.signal.aborted
        ? `no whole answer within ${ask.deadlineMs} ms`
        : httpProblem(error);
      throw new RejuvError('source-unreachable', { ...ask.facts, place: placeOf(ask.url), problem });
    } finally {
      signal.removeEventListener('abort', end);
      callOff();
    }
  }

  return {
    async ask(ask, signal, read) {
      const answer = await answerTo(ask, signal);
      try {
        return read(answer);
      } finally {
        giveBack(answer.body);
      }
    },
    close() {
      kept.http.destroy();
      kept.https.destroy();
    },
  };
}

/** An answer that is not read at all. Its body is let go, and its connection with it. */
function refuseOddOnes(response: AxiosResponse<Readable>, { url, facts }: Ask): void {
  const { status } = response;
  const encoding = header(response, 'content-encoding');
  if (status >= 300 && status < 400) {
    response.data.destroy();
    const to = header(response, 'location');
    const problem = `status ${status}, a redirect${to === '' ? '' : ` to ${JSON.stringify(to.slice(0, 200))}`}, and none is followed`;
    throw new RejuvError('source-refused', { ...facts, place: placeOf(url), problem });
  }
  if (encoding !== '' && encoding !== 'identity') {
    response.data.destroy();
    const problem = `the answer of ${placeOf(url)} is packed as ${JSON.stringify(encoding)}`;
    throw new RejuvError('source-unusable', { ...facts, problem });
  }
}

async function wholeBody(body: Readable, { url, limit, facts }: Ask): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    body.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= limit) return;
      const problem = `the answer of ${placeOf(url)} goes on after ${Math.round(limit / 1024 / 1024)} MiB`;
      reject(new RejuvError('source-unusable', { ...facts, problem }));
      body.destroy();
    });
    // Also of one that has failed or ended before anybody listened.
    finished(body, { writable: false }, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const whole = Buffer.concat(chunks);
  for (const chunk of chunks) giveBack(chunk);
  return whole;
}

async function authorization({ auth, facts, url }: Ask): Promise<Record<string, string>> {
  if (auth === null) return {};
  const file = auth.kind === 'basic' ? auth.passwordFile : auth.tokenFile;
  try {
    const secret = (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
    if (auth.kind === 'bearer') return { Authorization: `Bearer ${secret}` };
    return { Authorization: `Basic ${Buffer.from(`${auth.user}:${secret}`).toString('base64')}` };
  } catch (cause) {
    const problem = `cannot read ${file}, which holds the secret`;
    throw new RejuvError('source-refused', { ...facts, place: placeOf(url), problem }, { cause });
  }
}

function header({ headers }: AxiosResponse, name: string): string {
  const value: unknown = (headers as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : '';
}

/** Scheme, host, port and path: what a query string holds is nobody's business. */
export function placeOf(url: string): string {
  return url.replace(/[?#].*$/, '');
}
