import { startOf } from './jitter.ts';
import type { Deferral } from './trough.ts';
import { dues, nextDue, type Timetable } from './dues.ts';

/** A due run and when it starts, both Unix milliseconds. */
export interface DueRun {
  readonly due: number;
  readonly startAt: number;
}

export interface SettlingFacts {
  readonly timetable: Timetable;
  readonly key: string;
  readonly jitterMs: number;
  /** Null: a run starts when it is due. */
  readonly defer: Deferral | null;
  readonly catchUpMs: number;
  /** Everything due up to here is settled. */
  readonly settledAt: number;
  /** Since when this process has kept watch without a break. */
  readonly watchingSince: number;
  readonly now: number;
}

/** What has to be done about one schedule now. */
export interface Settling {
  /** Runs that will not start any more, as many, the last of them at `due`; null: none. */
  readonly missed: { readonly due: number; readonly count: number; readonly why: string } | null;
  /** The run that starts now; null: none. */
  readonly run: DueRun | null;
  /** When something changes next; null: never. */
  readonly nextCheckAt: number | null;
}

/** A mark so far ahead of the clock says that the clock was wrong; a smaller step back is waited out, so that no run is doubled. */
export const longestStepBackMs = 86_400_000;

/**
 * Of the runs whose start has come, the last one runs; those before it are overtaken. It is missed instead when its
 * start came while nobody kept watch, but for what `catchUp` allows. Late because of a stall, a sleeping machine or a
 * jump of the clock is not missed: the process was there. Pure.
 */
export function settle(facts: SettlingFacts): Settling {
  const { timetable, key, jitterMs, defer, catchUpMs, settledAt, watchingSince, now } = facts;
  const past = [...dues(timetable, settledAt, now)];
  const upcoming = nextDue(timetable, now);
  const runs = past.map((due, index) => ({
    due,
    startAt: startOf(key, due, jitterMs, past[index + 1] ?? upcoming, defer),
  }));
  const started = runs.filter(({ startAt }) => startAt <= now);
  const pending = runs.find(({ startAt }) => startAt > now);
  const nextCheckAt = pending?.startAt ?? upcoming;
  const latest = started.at(-1);
  if (latest === undefined) return { missed: null, run: null, nextCheckAt };
  if (latest.startAt < watchingSince && now - latest.startAt > catchUpMs) {
    const missed = { due: latest.due, count: started.length, why: 'no sidecar was running' };
    return { missed, run: null, nextCheckAt };
  }
  const overtaken = started.at(-2);
  if (overtaken === undefined) return { missed: null, run: latest, nextCheckAt };
  const why = 'a later run of the same schedule was due before it could start';
  return { missed: { due: overtaken.due, count: started.length - 1, why }, run: latest, nextCheckAt };
}
