import type { Readable } from 'node:stream';
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import type { Control, DryRun } from '../control/control.ts';
import { RejuvError } from '../domain/errors.ts';
import { operationId, type OperationId } from '../domain/names.ts';
import type { Operation } from '../domain/operation.ts';
import type { Progress } from '../domain/progress.ts';
import type { Clock } from '../domain/seams.ts';
import type { Status } from '../domain/status.ts';
import { errorFrom } from './error-body.ts';
import { jsonLines } from './json-lines.ts';

/** Gates ask both load balancers and log in over SSH before they answer. */
const gatesMs = 60_000;
const answerMs = 20_000;

/**
 * Control over the socket of a running sidecar. Raises what the sidecar raised, and sidecar-absent when nothing
 * listens there, sidecar-lost when it stops answering.
 */
export function connectControl(socketPath: string, clock: Clock): Control {
  // No proxy and no redirect: this goes to one file of this machine and nowhere else.
  const api = axios.create({
    socketPath,
    proxy: false,
    maxRedirects: 0,
    baseURL: 'http://rejuv/v1',
    validateStatus: () => true,
    transitional: { silentJSONParsing: false },
  });

  const ask = async <T>(config: AxiosRequestConfig, deadlineMs: number, signal: AbortSignal): Promise<T> => {
    signal.throwIfAborted();
    const problem = `no answer within ${deadlineMs} ms`;
    const deadline = clock.timeout(
      deadlineMs,
      new RejuvError('sidecar-lost', { socket: socketPath, problem }),
    );
    const either = AbortSignal.any([signal, deadline.signal]);
    try {
      const { status, data } = await api.request<T>({ ...config, responseType: 'json', signal: either });
      if (status < 300) return data;
      throw refusal(socketPath, status, data);
    } catch (cause) {
      throw either.aborted ? reasonOf(either) : failure(socketPath, cause);
    } finally {
      deadline.clear();
    }
  };
  const post = async <T>(url: string, data: unknown, deadlineMs: number, signal: AbortSignal): Promise<T> =>
    await ask<T>({ method: 'post', url, data }, deadlineMs, signal);

  return {
    status: async (signal) => await ask<Status>({ url: '/status' }, answerMs, signal),
    begin: async (request, signal) => {
      const { id } = await post<{ id: string }>('/operations', request, gatesMs, signal);
      return operationId(id);
    },
    dryRun: async (request, signal) => await post<DryRun>('/operations/dry-run', request, gatesMs, signal),
    watch: (id, signal) => progressLines(api, socketPath, id, signal),
    abort: async (id, by, reason, signal) => {
      await post<unknown>(`/operations/${encodeURIComponent(id)}/abort`, { by, reason }, answerMs, signal);
    },
    setRole: async (server, role, by, reason, signal) => {
      await post<unknown>('/role', { server, role, by, reason }, answerMs, signal);
    },
    history: async (signal) => {
      const { operations } = await ask<{ operations: Operation[] }>({ url: '/history' }, answerMs, signal);
      return operations;
    },
  };
}

/** Without a deadline: an operation takes as long as it takes. */
async function* progressLines(
  api: AxiosInstance,
  socketPath: string,
  id: OperationId,
  signal: AbortSignal,
): AsyncGenerator<Progress> {
  signal.throwIfAborted();
  let body: Readable | null = null;
  try {
    const url = `/operations/${encodeURIComponent(id)}/progress`;
    const response = await api.request<Readable>({ url, responseType: 'stream', signal });
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
