import type { Condition } from './condition.ts';
import type { ServerName } from './names.ts';

/** A time as a clock on the wall shows it, without a time zone. Month and day count from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Milliseconds since the midnight that the wall clock shows: 3 h 30 min is 12,600,000 on every day. */
  readonly ofDayMs: number;
}

/** Which wall-clock times a cron expression means. node-cron decides; see the seam Cron. */
export interface CronPattern {
  /** Every time of a day that matches, as milliseconds since midnight, ascending. */
  readonly timesOfDayMs: readonly number[];
  /**
   * True when every hour matches, as in `*\/15 * * * *`: it follows the running clock, through a repeated hour as
   * well. False: each time is meant once a day, so a gap is made up for and a repeated hour counts once.
   */
  readonly everyHour: boolean;
  /** Whether that day matches: day of month, month and day of week. */
  matchesDay(year: number, month: number, day: number): boolean;
}

/** What became of a run that began no operation. */
export type RunOutcome = 'refused' | 'skipped' | 'missed';

/** One entry of `schedule:`. */
export interface Schedule {
  readonly cron: string;
  readonly timeZone: string;
  readonly pick: 'longest-running' | ServerName;
  /** What has to hold for the chosen server when the run is due; null: nothing. */
  readonly when: Condition | null;
  /** How late a run that was missed while the sidecar was down may still start; 0: never. */
  readonly catchUpMs: number;
  /** trough: it waits for the low of the day inside its window; null: it starts when it is due. */
  readonly defer: 'trough' | null;
}

export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof weekdays)[number];

/** From a time of day to a time of day, on the days on which it begins; `untilMs` <= `fromMs` ends the next day. */
export interface Window {
  readonly days: readonly Weekday[];
  readonly fromMs: number;
  readonly untilMs: number;
  readonly timeZone: string;
}

/** Nothing is started from one instant up to, and without, another. Unix milliseconds. */
export interface Freeze {
  readonly fromAt: number;
  readonly untilAt: number;
  readonly reason: string;
}

/** When automatic work may start: for all backends together, or for one. Both have to admit. */
export interface CalendarSettings {
  /** Empty: at any time. */
  readonly windows: readonly Window[];
  readonly freezes: readonly Freeze[];
  /** iCalendar files whose events are freezes as well, with the zone of times that name none. */
  readonly freezeFiles: readonly FreezeFile[];
  /** From the end of one rejuvenation to the start of the next. */
  readonly spacingMs: number;
  /** A run starts up to so much after it is due; which moment is fixed for each run. Null: as the outer calendar says. */
  readonly jitterMs: number | null;
  /** How many rejuvenations and switchovers may be open at once; null: no limit from here. */
  readonly maxAtOnce: number | null;
}

export interface FreezeFile {
  readonly path: string;
  readonly timeZone: string;
}

/** What names a schedule in the records, whatever its place in the file. */
export function scheduleKey(
  backend: string,
  { cron, timeZone, pick }: { readonly cron: string; readonly timeZone: string; readonly pick: string },
): string {
  return [backend, cron.trim().split(/\s+/).join(' '), timeZone, pick].join(' | ');
}
