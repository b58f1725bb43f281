import type { OperationId, ServerId, ServerName } from '../../domain/names.ts';
import { isEnd, type Operation } from '../../domain/operation.ts';
import type { Records } from '../../domain/records.ts';
import { answersTo, isPutBack, outsideCauses } from './after-failover.ts';

/** What was tried about the fault that goes on, and did not work. */
export interface Tried {
  /** The last try. */
  readonly operation: OperationId;
  readonly endedAt: number;
  readonly reason: string;
  readonly times: number;
  /** When it is tried again by itself. */
  readonly againAt: number;
}

const firstWaitMs = 60_000;
const longestWaitMs = 30 * 60_000;
/** So often new evidence ends the wait. What goes on passing and failing in turn is not to be trusted. */
const trustedChanges = 3;

/** rejuv's tries to put a server back that failed; null: none, or the last one worked. Pure. */
export function putBackTried(records: Records, server: ServerId): Tried | null {
  return triedIn(answersTo(records, server).filter(isPutBack));
}

/** The tries to have a spare take over that failed, by spare. Pure. */
export function takeOversTried(records: Records, server: ServerId): Map<ServerName, Tried> {
  const failovers = answersTo(records, server).filter(({ kind }) => kind === 'failover');
  const spares = new Set(failovers.flatMap(({ spare }) => (spare === null ? [] : [spare])));
  return new Map(
    [...spares].flatMap((spare) => {
      const tried = triedIn(failovers.filter((one) => one.spare === spare));
      return tried === null ? [] : [[spare, tried] as const];
    }),
  );
}

/** Whether the wait after a failed try is not over yet: its length counts, for a wall clock may go back. Pure. */
export function waits({ endedAt, againAt }: Tried, now: number): boolean {
  return Math.abs(now - endedAt) < againAt - endedAt;
}

/**
 * Whether a server may be put back now: nothing was tried, the wait is over, or it has failed its probe and passes
 * again since. Pure.
 */
export function mayReturn(tried: Tried | null, risenAt: number | null, now: number): boolean {
  if (tried === null || !waits(tried, now)) return true;
  return tried.times <= trustedChanges && risenAt !== null && risenAt > tried.endedAt;
}

function triedIn(operations: readonly Operation[]): Tried | null {
  const ended = operations.filter(({ phase, cause }) => isEnd(phase) && !isOutside(cause?.code ?? null));
  const failed = ended.slice(ended.findLastIndex(({ phase }) => phase === 'completed') + 1);
  const last = failed.at(-1);
  if (last === undefined) return null;
  const endedAt = last.endedAt ?? last.startedAt;
  const times = failed.length;
  const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (times - 1));
  const reason = last.cause?.reason ?? last.phase;
  return { operation: last.id, endedAt, reason, times, againAt: endedAt + waitMs };
}

function isOutside(code: string | null): boolean {
  return code !== null && outsideCauses.includes(code);
}
