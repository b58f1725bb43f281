import type { Duplex } from 'node:stream';
import { RejuvError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/seams.ts';
import { connectProblem, isBusy } from './connect-problem.ts';
import { exchange, type Question } from './exchange.ts';
import type { OpenStream } from './open.ts';
import type { Place } from './place.ts';
import { createSlots } from './slots.ts';

export interface RuntimeSocketOptions {
  readonly place: Place;
  readonly open: OpenStream;
  readonly clock: Clock;
  /** For opening a connection, and again for the reply. Default 5,000. */
  readonly deadlineMs?: number;
  /** Default 64 MiB: 10,000 servers are 2.3 MB. */
  readonly maxReplyBytes?: number;
}

/** One command per connection: so each reaches the process that owns the socket now, never an old worker. */
export interface RuntimeSocket {
  /**
   * The reply's text; empty for an empty reply. Raises: socket-missing, socket-denied, haproxy-down, haproxy-silent,
   * not-haproxy, reply-truncated, reply-too-long, those of the opener, or the signal's reason. Up to haproxy-down the
   * command was never sent.
   */
  ask(question: Question, signal: AbortSignal): Promise<string>;
  /** Ends what is under way. */
  close(): void;
}

const connectionsAtATime = 2;
const pauseWhenBusyMs = 50;

export function createRuntimeSocket(options: RuntimeSocketOptions): RuntimeSocket {
  const { place, open, clock, deadlineMs = 5_000, maxReplyBytes = 64 * 1024 * 1024 } = options;
  const slots = createSlots(connectionsAtATime);
  const closing = new AbortController();

  const silent = (question: Question): RejuvError =>
    new RejuvError('haproxy-silent', {
      loadBalancer: place.loadBalancer,
      command: question.command,
      deadlineMs,
    });

  const connection = async (question: Question, signal: AbortSignal): Promise<Duplex> => {
    let busy = false;
    const problem = `no connection within ${deadlineMs} ms`;
    const late = new RejuvError('haproxy-down', { ...place, problem });
    return await within(clock, deadlineMs, late, [signal, closing.signal], async (stop) => {
      for (;;) {
        try {
          return await open(stop);
        } catch (error) {
          if (busy && stop.aborted && stop.reason === late) throw silent(question);
          stop.throwIfAborted();
          busy = isBusy(error);
          if (!busy) throw connectProblem(place, error);
        }
        try {
          await clock.sleep(pauseWhenBusyMs, stop);
        } catch (error) {
          throw stop.reason === late ? silent(question) : error;
        }
      }
    });
  };

  return {
    ask: (question, signal) =>
      slots.run(async () => {
        const stream = await connection(question, signal);
        const signals = [signal, closing.signal];
        return await within(clock, deadlineMs, silent(question), signals, (stop) =>
          exchange(stream, place, question, maxReplyBytes, stop),
        );
      }, signal),
    close: () => closing.abort(new Error(`the connection to ${place.loadBalancer} was closed`)),
  };
}

/** Runs `work` under one signal: the first of `signals`, or `late` after `deadlineMs`. */
async function within<T>(
  clock: Clock,
  deadlineMs: number,
  late: RejuvError,
  signals: readonly AbortSignal[],
  work: (stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const timer = clock.timeout(deadlineMs, late);
  const first = new AbortController();
  const all = [...signals, timer.signal].map((signal) => {
    const pass = (): void => first.abort(signal.reason);
    if (signal.aborted) pass();
    signal.addEventListener('abort', pass, { once: true });
    return { signal, pass };
  });
  try {
    return await work(first.signal);
  } finally {
    for (const { signal, pass } of all) signal.removeEventListener('abort', pass);
    timer.clear();
  }
}
