import type { Readable } from 'node:stream';
import type { AxiosInstance, AxiosRequestConfig } from 'axios';
import type { Control, DryRun, History, Reload } from '../control/control.ts';
import { RejuvError } from '../domain/errors.ts';
import { operationId, type OperationId } from '../domain/names.ts';
import type { Plan } from '../domain/plan.ts';
import type { Progress } from '../domain/progress.ts';
import type { Clock } from '../domain/seams.ts';
import type { Status } from '../domain/status.ts';
import type { Why } from '../domain/why.ts';
import { errorFrom } from './error-body.ts';
import { getOverSocket } from './get-over-socket.ts';
import { jsonLines } from './json-lines.ts';

/** Gates ask both load balancers and log in over SSH before they answer. */
const gatesMs = 60_000;
const answerMs = 20_000;

/**
 * Control over the socket of a running sidecar. Raises what the sidecar raised, and sidecar-absent when nothing
 * listens there, sidecar-lost when it stops answering.
 */
export function connectControl(socketPath: string, clock: Clock): Control {
  let loaded: Promise<AxiosInstance> | null = null;
  const api = async (): Promise<AxiosInstance> => await (loaded ??= createApi(socketPath));

  /** What `send` is answered with in time. */
  const within = async <T>(
    deadlineMs: number,
    signal: AbortSignal,
    send: (stop: AbortSignal) => Promise<{ readonly status: number; readonly data: T }>,
  ): Promise<T> => {
    signal.throwIfAborted();
    const problem = `no answer within ${deadlineMs} ms`;
    const deadline = clock.timeout(
      deadlineMs,
      new RejuvError('sidecar-lost', { socket: socketPath, problem }),
    );
    const either = AbortSignal.any([signal, deadline.signal]);
    try {
      const { status, data } = await send(either);
      if (status < 300) return data;
      throw refusal(socketPath, status, data);
    } catch (cause) {
      throw either.aborted ? reasonOf(either) : failure(socketPath, cause);
    } finally {
      deadline.clear();
    }
  };
  const ask = async <T>(config: AxiosRequestConfig, deadlineMs: number, signal: AbortSignal): Promise<T> =>
    await within<T>(
      deadlineMs,
      signal,
      async (stop) => await (await api()).request<T>({ ...config, responseType: 'json', signal: stop }),
    );
  const post = async <T>(url: string, data: unknown, deadlineMs: number, signal: AbortSignal): Promise<T> =>
    await ask<T>({ method: 'post', url, data }, deadlineMs, signal);

  return {
    // Without axios: loading it takes longer than this whole question, and people wait for this one.
    async status(signal) {
      const send = async (stop: AbortSignal) => await getOverSocket(socketPath, '/v1/status', stop);
      const answer: unknown = await within(answerMs, signal, send);
      if (!isStatus(answer)) throw lost(socketPath, 'what it answered is no status');
      return answer;
    },
    begin: async (request, signal) => {
      const { id } = await post<{ id: string }>('/operations', request, gatesMs, signal);
      return operationId(id);
    },
    beginRoll: async (request, signal) => {
      const { id } = await post<{ id: string }>('/rolls', request, gatesMs, signal);
      return operationId(id);
    },
    continueRoll: async (id, by, signal) => {
      await post<unknown>(`/rolls/${encodeURIComponent(id)}/continue`, { by }, answerMs, signal);
    },
    dryRun: async (request, signal) => await post<DryRun>('/operations/dry-run', request, gatesMs, signal),
    watch: (id, signal) => progressLines(api, socketPath, id, signal),
    abort: async (id, by, reason, signal) => {
      await post<unknown>(`/operations/${encodeURIComponent(id)}/abort`, { by, reason }, answerMs, signal);
    },
    setRole: async (server, role, by, reason, signal) => {
      await post<unknown>('/role', { server, role, by, reason }, answerMs, signal);
    },
    history: async (signal) => await ask<History>({ url: '/history' }, answerMs, signal),
    plan: async (days, signal) => await ask<Plan>({ url: '/plan', params: { days } }, gatesMs, signal),
    why: async ({ backend, server }, signal) =>
      await ask<Why>({ url: '/why', params: { backend, server } }, gatesMs, signal),
    pause: async (request, signal) => {
      const { stopping } = await post<{ stopping: string[] }>('/pause', request, answerMs, signal);
      return { stopping: stopping.map(operationId) };
    },
    resume: async (by, reason, signal) => {
      await post<unknown>('/resume', { by, reason }, answerMs, signal);
    },
    allClear: async (backend, by, reason, signal) => {
      await post<unknown>('/all-clear', { backend, by, reason }, answerMs, signal);
    },
    reload: async (by, signal) => await post<Reload>('/reload', { by }, gatesMs, signal),
  };
}

async function createApi(socketPath: string): Promise<AxiosInstance> {
  const { default: axios } = await import('axios');
  // No proxy and no redirect: this goes to one file of this machine and nowhere else.
  return axios.create({
    socketPath,
    proxy: false,
    maxRedirects: 0,
    baseURL: 'http://rejuv/v1',
    validateStatus: () => true,
    transitional: { silentJSONParsing: false },
  });
}

/** Without a deadline: an operation takes as long as it takes. */
async function* progressLines(
  api: () => Promise<AxiosInstance>,
  socketPath: string,
  id: OperationId,
  signal: AbortSignal,
): AsyncGenerator<Progress> {
  signal.throwIfAborted();
  let body: Readable | null = null;
  try {
    const url = `/operations/${encodeURIComponent(id)}/progress`;
    const response = await (await api()).request<Readable>({ url, responseType: 'stream', signal });
    body = response.data;
    if (response.status >= 300) throw refusal(socketPath, response.status, await wholeJson(body));
    for await (const line of jsonLines(body)) {
      const error = errorFrom(line);
      if (error !== null) throw error;
      if (!isProgress(line)) throw lost(socketPath, 'a line of the progress is none');
      yield line;
      if (line.state !== 'running') return;
    }
    throw lost(socketPath, 'the progress ended without its last line');
  } catch (cause) {
    throw signal.aborted ? reasonOf(signal) : failure(socketPath, cause);
  } finally {
    body?.destroy();
  }
}

async function wholeJson(body: Readable): Promise<unknown> {
  const text = (await body.setEncoding('utf8').toArray()).join('');
  return JSON.parse(text) as unknown;
}

function isStatus(value: unknown): value is Status {
  return typeof value === 'object' && value !== null && 'loadBalancers' in value && 'backends' in value;
}

function isProgress(value: unknown): value is Progress {
  return typeof value === 'object' && value !== null && 'state' in value && 'phase' in value;
}

function refusal(socket: string, status: number, body: unknown): RejuvError {
  return errorFrom(body) ?? lost(socket, `it answered with status ${status} and no error of ours`);
}

function failure(socket: string, cause: unknown): RejuvError {
  if (cause instanceof RejuvError) return cause;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT' || code === 'ECONNREFUSED')
    return new RejuvError('sidecar-absent', { socket }, { cause });
  if (code === 'EACCES') return lost(socket, 'no permission to open the socket', cause);
  return lost(socket, cause instanceof Error ? cause.message : String(cause), cause);
}

function lost(socket: string, problem: string, cause?: unknown): RejuvError {
  return new RejuvError('sidecar-lost', { socket, problem }, { cause });
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('stopped');
}
