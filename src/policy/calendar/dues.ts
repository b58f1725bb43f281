import type { CronPattern } from '../../domain/calendar.ts';
import { asIfUtc, fromAsIfUtc, instantsOf, wallAt } from '../../domain/zone.ts';

const dayMs = 86_400_000;

/** A cron expression in the zone whose clock it means. */
export interface Timetable {
  readonly pattern: CronPattern;
  readonly timeZone: string;
}

/**
 * Every instant at which the timetable is due after `after`, up to and with `until`, ascending and without doubles.
 * A time in a gap is due at the first instant after it, a time in a repeated hour at its first showing; a pattern of
 * every hour follows the clock instead.
 */
export function* dues(timetable: Timetable, after: number, until: number): Generator<number> {
  let last = after;
  // A gap moves times to later, so the day before may still have some.
  for (const day of daysFrom(after - dayMs, until, timetable)) {
    for (const at of duesOfDay(timetable, day)) {
      if (at > until) break;
      if (at <= last) continue;
      last = at;
      yield at;
    }
  }
}

/** The first due instant after `after`, looked for as long as the rarest dates take: eight years. */
export function nextDue(timetable: Timetable, after: number): number | null {
  for (const at of dues(timetable, after, after + 8 * 366 * dayMs)) return at;
  return null;
}

/** Days of the wall calendar, as the midnight they would have in UTC, that match. */
function* daysFrom(from: number, until: number, { pattern, timeZone }: Timetable): Generator<number> {
  const midnight = (at: number): number => asIfUtc({ ...wallAt(at, timeZone), ofDayMs: 0 });
  // One more at the end: where the clock is set back over midnight, a day is shown before its own beginning.
  for (let day = midnight(from); day <= midnight(until) + dayMs; day += dayMs) {
    const { year, month, day: number } = fromAsIfUtc(day);
    if (pattern.matchesDay(year, month, number)) yield day;
  }
}

function duesOfDay({ pattern, timeZone }: Timetable, day: number): number[] {
  const plain = plainOffset(day, timeZone);
  if (plain !== null) return pattern.timesOfDayMs.map((ofDayMs) => day + ofDayMs - plain);
  const found = pattern.timesOfDayMs.flatMap((ofDayMs) => {
    const { instants, inGap } = instantsOf(fromAsIfUtc(day + ofDayMs), timeZone);
    if (pattern.everyHour) return inGap ? [] : instants;
    return instants.slice(0, 1);
  });
  return found.sort((a, b) => a - b);
}

/** The offset of a day without a change of it, which nearly all are; null for the others. */
function plainOffset(day: number, timeZone: string): number | null {
  const [before, after] = [day - dayMs, day + 2 * dayMs].map((at) => asIfUtc(wallAt(at, timeZone)) - at);
  return before === after && before !== undefined ? before : null;
}
