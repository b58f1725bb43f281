import type { Duplex } from 'node:stream';
import { RejuvError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/seams.ts';
import { connectProblem, isBusy } from './connect-problem.ts';
import type { Command } from './commands.ts';
import { exchange, type Line } from './exchange.ts';
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

/** One command and what its reply has to look like: a line of its own. */
export interface Question extends Omit<Line, 'commands'> {
  readonly command: Command;
}

/** A connection per line: so each reaches the process that owns the socket now, never an old worker. */
export interface RuntimeSocket {
  /**
   * The reply's text; empty for an empty reply. Raises: socket-missing, socket-denied, haproxy-down, haproxy-silent,
   * not-haproxy, reply-truncated, reply-too-long, those of the opener, or the signal's reason. Up to haproxy-down the
   * command was never sent.
   */
  ask(question: Question, signal: AbortSignal): Promise<string>;
  /** Several commands over one connection: their replies as `exchange` gives them. Raises the same. */
  askTogether(line: Line, signal: AbortSignal): Promise<Buffer[]>;
  /** Ends what is under way. */
  close(): void;
}

const connectionsAtATime = 2;
const pauseWhenBusyMs = 50;

export function createRuntimeSocket(options: RuntimeSocketOptions): RuntimeSocket {
  const { place, open, clock, deadlineMs = 5_000, maxReplyBytes = 64 * 1024 * 1024 } = options;
  const slots = createSlots(connectionsAtATime);
  const closing = new AbortController();

  const silent = ({ commands }: Line): RejuvError =>
    new RejuvError('haproxy-silent', {
      loadBalancer: place.loadBalancer,
      command: commands[0],
      deadlineMs,
    });

  const connection = async (line: Line, signal: AbortSignal): Promise<Duplex> => {
    let busy = false;
    const problem = `no connection within ${deadlineMs} ms`;
    let late: RejuvError | null = null;
    const isLate = (): RejuvError => (late = new RejuvError('haproxy-down', { ...place, problem }));
    return await within(clock, deadlineMs, isLate, [signal, closing.signal], async (stop) => {
      for (;;) {
        try {
          return await open(stop);
        } catch (error) {
          if (busy && stop.aborted && stop.reason === late) throw silent(line);
          stop.throwIfAborted();
          busy = isBusy(error);
          if (!busy) throw connectProblem(place, error);
        }
        try {
          await clock.sleep(pauseWhenBusyMs, stop);
        } catch (error) {
          throw stop.reason === late ? silent(line) : error;
        }
      }
    });
  };

  const askTogether = async (line: Line, signal: AbortSignal): Promise<Buffer[]> =>
    await slots.run(async () => {
      const stream = await connection(line, signal);
      const signals = [signal, closing.signal];
      return await within(
        clock,
        deadlineMs,
        () => silent(line),
        signals,
        (stop) => exchange(stream, place, line, maxReplyBytes, stop),
      );
    }, signal);

  return {
    async ask({ command, opening, end }, signal) {
      return Buffer.concat(await askTogether({ commands: [command], opening, end }, signal)).toString();
    },
    askTogether,
    close: () => closing.abort(new Error(`the connection to ${place.loadBalancer} was closed`)),
  };
}

/** Why a timer here fires; what it means is only put together when one does, for hardly any ever does. */
const late = new Error('the deadline has passed');

/** Runs `work` under one signal: the first of `signals`, or `problem` after `deadlineMs`. */
async function within<T>(
  clock: Clock,
  deadlineMs: number,
  problem: () => RejuvError,
  signals: readonly AbortSignal[],
  work: (stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const timer = clock.timeout(deadlineMs, late);
  const first = new AbortController();
  const all = [...signals, timer.signal].map((signal) => {
    const pass = (): void => first.abort(signal.reason === late ? problem() : signal.reason);
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
