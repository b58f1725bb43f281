import { weekdays, type Weekday } from '../../domain/calendar.ts';
import type { Cron } from '../../domain/seams.ts';
import { asIfUtc, fromAsIfUtc, instantsOf, wallAt } from '../../domain/zone.ts';
import { isOpen } from '../../policy/calendar/windows.ts';
import type { Timetable } from '../../policy/calendar/dues.ts';
import { yearHours } from './place.ts';
import { meanGapHours, openDues, yearMs, type Openings } from './present.ts';

/** A line that cron can keep, and what it comes to. */
export interface CronLine {
  readonly line: string;
  readonly runsPerYear: number;
  /** From one run to the next. */
  readonly meanHours: number;
  readonly shortestHours: number;
  readonly longestHours: number;
}

/** From when on, and where, lines are looked for. */
export interface When {
  readonly openings: Openings;
  readonly timeZone: string;
  readonly now: number;
}

interface Candidate {
  readonly line: string;
  /** About how long from run to run. */
  readonly hours: number;
}

/** So many lines are looked at closely. */
const fewest = 5;
const fortnightMs = 14 * 86_400_000;

/**
 * The lines nearest to a run every `hours`, in all steps that cron means evenly or nearly so: every few minutes or hours
 * (divisors of an hour and of a day), on one to seven days of the week, two, four or six times a month, and once in one,
 * two, three, four, six or twelve months. No step such as `*\/5` days or hours, which starts anew with each month or day.
 * Where windows leave no room for runs at even times, also several in a night. A line that the windows would hold up is
 * none, nor one with less than `leastGapHours` from run to run.
 */
export function cronLines(cron: Cron, when: When, hours: number, leastGapHours: number): CronLine[] {
  const { openings, timeZone, now } = when;
  const far = ({ hours: own }: Candidate): number => Math.abs(Math.log(own / hours));
  const found: CronLine[] = [];
  for (const { line } of candidates(when).toSorted((a, b) => far(a) - far(b))) {
    const timetable = { pattern: cron.pattern(line), timeZone };
    if (!isHeld(timetable, openings, now)) continue;
    const open = openDues(timetable, { windows: openings.windows, freezes: [] }, now, now + yearMs);
    const between = gaps(open);
    if (open.length === 0 || between.shortestHours < leastGapHours) continue;
    found.push({ line, runsPerYear: open.length, ...between });
    if (found.length === fewest) break;
  }
  return found;
}

/** Whether the windows admit all its runs, but for an hour that is not there once a year. */
function isHeld(timetable: Timetable, { windows }: Openings, now: number): boolean {
  if (windows.every((some) => some.length === 0)) return true;
  for (const until of [now + fortnightMs, now + yearMs]) {
    const all = openDues(timetable, { windows: [], freezes: [] }, now, until);
    const open = openDues(timetable, { windows, freezes: [] }, now, until);
    if (open.length < 0.99 * all.length) return false;
  }
  return true;
}

function candidates(when: When): Candidate[] {
  const [hour, minute] = timeOfDay(when);
  const days = openDays(when, hour, minute);
  const month = yearHours / 12;
  return [
    ...[5, 10, 15, 20, 30].map((step) => ({ line: `${from(0, 60, step)} * * * *`, hours: step / 60 })),
    ...[1, 2, 3, 4, 6, 8, 12].map((step) => ({
      line: `${minute} ${step === 1 ? '*' : from(hour % step, 24, step)} * * *`,
      hours: step,
    })),
    ...nightLines(when, minute, days),
    ...weekLines(days).map((list, n) => ({ line: `${minute} ${hour} * * ${list}`, hours: 168 / (n + 1) })),
    ...['1', '1,15', '1,8,15,22', '1,6,11,16,21,26'].map((list) => ({
      line: `${minute} ${hour} ${list} * *`,
      hours: month / list.split(',').length,
    })),
    ...[2, 3, 4, 6, 12].map((step) => ({
      line: `${minute} ${hour} 1 ${from(1, 13, step)} *`,
      hours: step * month,
    })),
  ];
}

function gaps(dues: readonly number[]): Pick<CronLine, 'meanHours' | 'shortestHours' | 'longestHours'> {
  const meanHours = meanGapHours(dues);
  const between = dues.slice(1).map((at, n) => (at - (dues[n] ?? at)) / 3_600_000);
  if (between.length === 0) return { meanHours, shortestHours: meanHours, longestHours: meanHours };
  return { meanHours, shortestHours: Math.min(...between), longestHours: Math.max(...between) };
}

function from(first: number, end: number, step: number): string {
  const values: number[] = [];
  for (let value = first; value < end; value += step) values.push(value);
  return values.join(',');
}

/** Two to six runs on each open day, at those of the hours open on all of them that lie furthest apart. */
function nightLines(when: When, minute: number, days: readonly Weekday[]): Candidate[] {
  if (when.openings.windows.every((some) => some.length === 0) || days.length === 0) return [];
  const hours = Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => {
    const open = openDays(when, hour, minute);
    return days.every((day) => open.includes(day));
  });
  const list = days.length === 7 ? '*' : days.map((day) => weekdays.indexOf(day)).join(',');
  return [2, 3, 4, 5, 6]
    .filter((runs) => runs <= hours.length)
    .map((runs) => {
      const chosen = Array.from({ length: runs }, (_, n) =>
        hours.at(Math.round((n * (hours.length - 1)) / (runs - 1))),
      );
      return { line: `${minute} ${chosen.join(',')} * * ${list}`, hours: 168 / (runs * days.length) };
    });
}

/** For each number of days a week, the choice among the open ones that comes most evenly. */
function weekLines(open: readonly Weekday[]): string[] {
  const places = open.map((day) => weekdays.indexOf(day));
  const lists: string[] = [];
  for (let count = 1; count <= places.length; count += 1) {
    if (count === 7) lists.push('*');
    else lists.push(mostEven(choices(places, count)).join(','));
  }
  return lists;
}

function choices(from: readonly number[], count: number): number[][] {
  if (count === 0) return [[]];
  return from.flatMap((first, n) => choices(from.slice(n + 1), count - 1).map((rest) => [first, ...rest]));
}

function mostEven(lists: readonly number[][]): readonly number[] {
  const unevenness = (list: readonly number[]): number =>
    list.reduce((sum, day, n) => {
      const next = list[n + 1] ?? (list[0] ?? 0) + 7;
      return sum + (next - day) ** 2;
    }, 0);
  return lists.reduce((best, one) => (unevenness(one) < unevenness(best) ? one : best));
}

/** The days of the week on which that time of day is open. */
function openDays({ openings, timeZone, now }: When, hour: number, minute: number): Weekday[] {
  const today = wallAt(now, timeZone);
  const ofDayMs = (hour * 60 + minute) * 60_000;
  return weekdays.filter((_, weekday) => {
    const shift = (weekday - new Date(asIfUtc(today)).getUTCDay() + 7) % 7;
    const [at = now] = instantsOf(
      { ...fromAsIfUtc(asIfUtc(today) + shift * 86_400_000), ofDayMs },
      timeZone,
    ).instants;
    return openings.windows.every((some) => isOpen(some, at));
  });
}

const quiet = [3, 30] as const;

/** Half past three where that is open, else a quarter of an hour into the first opening. */
function timeOfDay({ openings, timeZone, now }: When): readonly [number, number] {
  const step = 15 * 60_000;
  const first = Math.ceil(now / step) * step;
  const week = Array.from({ length: (7 * 24 * 60) / 15 }, (_, n) => first + n * step);
  const open = week.filter((at) => openings.windows.every((some) => isOpen(some, at)));
  const clock = open.map((at) => {
    const minutes = Math.floor(wallAt(at, timeZone).ofDayMs / 60_000);
    return [Math.floor(minutes / 60), minutes % 60] as const;
  });
  if (clock.some(([hour, minute]) => hour === quiet[0] && minute === quiet[1])) return quiet;
  // The most usual of the moments right after an opening.
  const begun = clock.filter((_, n) => n > 0 && (open[n] ?? 0) - (open[n - 1] ?? 0) > step);
  return begun[0] ?? clock[0] ?? quiet;
}
