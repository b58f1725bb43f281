import type { Freeze, Window } from '../../domain/calendar.ts';
import type { Cron } from '../../domain/seams.ts';
import type { BackendSettings, Settings } from '../../domain/settings.ts';
import { dues, type Timetable } from '../../policy/calendar/dues.ts';
import { isOpen } from '../../policy/calendar/windows.ts';

export const yearMs = 365 * 86_400_000;

/** When a run may start: both calendars have to admit it. */
export interface Openings {
  /** Whether there are freezes beside these, in files. */
  readonly freezeFiles: boolean;
  readonly windows: readonly (readonly Window[])[];
  readonly freezes: readonly Freeze[];
}

export function openingsOf(settings: Settings, backend: BackendSettings): Openings {
  return {
    windows: [settings.calendar.windows, backend.calendar.windows],
    freezeFiles: settings.calendar.freezeFiles.length + backend.calendar.freezeFiles.length > 0,
    freezes: [...settings.calendar.freezes, ...backend.calendar.freezes],
  };
}

/** The present schedule, as far as the config file says it. */
export interface Present {
  /** Its cron lines; empty: none, or an interval that was given. */
  readonly lines: readonly string[];
  /** Runs over the next year that no window and no freeze of the file holds up. */
  readonly runsPerYear: number;
  /** From one run, on whatever server, to the next, on average; Infinity: there is none. */
  readonly runEveryHours: number;
  /** What the count cannot know, one sentence each. */
  readonly notes: readonly string[];
}

/** Each run takes one server. */
export function presentSchedule(
  backend: BackendSettings,
  openings: Openings,
  cron: Cron,
  now: number,
): Present {
  const runs = backend.schedule.map(({ cron: line, timeZone }) =>
    openDues({ pattern: cron.pattern(line), timeZone }, openings, now, now + yearMs),
  );
  const perHour = runs.reduce((sum, dues) => sum + 1 / meanGapHours(dues), 0);
  return {
    lines: backend.schedule.map(({ cron: line, timeZone }) => `${line} (${timeZone})`),
    runsPerYear: runs.flat().length,
    runEveryHours: 1 / perHour,
    notes: [
      ...(backend.schedule.some(({ when }) => when !== null)
        ? ['the present schedule: runs that a `when:` may skip are counted as if they ran']
        : []),
      ...(backend.schedule.some(({ pick }) => pick !== 'longest-running')
        ? ['the present schedule names a server: its runs are counted as if each server had its turn']
        : []),
      ...(openings.freezeFiles ? ['freezes in iCalendar files are not counted'] : []),
    ],
  };
}

/** From run to run. A year has 52 or 53 Sundays, and still a week lies between two of them. */
export function meanGapHours(dues: readonly number[]): number {
  const [first = 0, last = 0] = [dues[0], dues.at(-1)];
  if (dues.length < 2) return dues.length === 0 ? Infinity : yearMs / 3_600_000;
  return (last - first) / (dues.length - 1) / 3_600_000;
}

/** The instants up to `until` at which a timetable is due and may start. */
export function openDues(
  timetable: Timetable,
  { windows, freezes }: Pick<Openings, 'windows' | 'freezes'>,
  now: number,
  until: number,
): number[] {
  return [...dues(timetable, now, until)].filter(
    (at) =>
      windows.every((some) => isOpen(some, at)) &&
      !freezes.some(({ fromAt, untilAt }) => fromAt <= at && at < untilAt),
  );
}

export function inService({ servers }: BackendSettings): number {
  return servers.filter(({ role }) => role === 'primary').length;
}
