import type { Window } from '../../domain/calendar.ts';
import { openings } from './openings.ts';

/** When a run that waits for the low of the day starts instead of when it is due; null: nobody can tell, so when it is due. */
export type Deferral = (due: number, next: number | null) => number | null;

const hourMs = 3_600_000;
/** Runs are deferred by a day at most. */
export const longestDeferralMs = 24 * hourMs;

export interface TroughFacts {
  /** Of the calendar of all backends, and of that of the backend. */
  readonly windows: readonly (readonly Window[])[];
  /** What is usually served at an instant, by past weeks; null: unknown. */
  readonly demandAt: (at: number) => number | null;
  /** How long a rejuvenation usually takes: it should end before the window does. */
  readonly lastsMs: number;
}

/**
 * The hour with the least traffic, by past weeks, from when the run is due until its window closes, and for a day at most.
 * With less known than half of these hours, or outside a window, nothing is deferred. Pure.
 */
export function deferToTrough({ windows, demandAt, lastsMs }: TroughFacts): Deferral {
  return (due, next) => {
    const end = Math.min(due + longestDeferralMs, next === null ? Infinity : next - 1);
    const [open] = openings(windows, due, end);
    if (open?.fromAt !== due) return null;
    const last = Math.max(due, open.untilAt - lastsMs);
    const hours: number[] = [due];
    for (let at = Math.floor(due / hourMs + 1) * hourMs; at <= last && at < open.untilAt; at += hourMs)
      hours.push(at);
    const known = hours.flatMap((at) => {
      const demand = demandAt(at);
      return demand === null ? [] : [{ at, demand }];
    });
    if (known.length * 2 < hours.length) return null;
    const low = known.reduce<{ at: number; demand: number } | null>(
      (least, one) => (least === null || one.demand < least.demand ? one : least),
      null,
    );
    return low?.at ?? null;
  };
}
