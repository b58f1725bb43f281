import type { WallTime } from './calendar.ts';

/** The tz database as Intl knows it: instants are Unix milliseconds, offsets milliseconds east of UTC. */

const dayMs = 86_400_000;

/** Formatters take a thousand times longer to make than to use. They hold nothing but the rules of their zone. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timeZone, made);
  return made;
}

/** What a clock on the wall of that zone shows at an instant. */
export function wallAt(at: number, timeZone: string): WallTime {
  const shown: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(at)) shown[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = shown;
  const ofDayMs = ((hour * 60 + minute) * 60 + second) * 1000 + modulo(at, 1000);
  return { year, month, day, ofDayMs };
}

/** A wall time as if it were UTC: a number that sorts and subtracts. */
export function asIfUtc({ year, month, day, ofDayMs }: WallTime): number {
  return Date.UTC(year, month - 1, day) + ofDayMs;
}

/** The wall time for what `asIfUtc` gave. */
export function fromAsIfUtc(number: number): WallTime {
  const date = new Date(number);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    ofDayMs: modulo(number, dayMs),
  };
}

export function offsetAt(at: number, timeZone: string): number {
  return asIfUtc(wallAt(at, timeZone)) - at;
}

/**
 * When a wall time is shown: once as a rule, twice when the clock was set back over it (earliest first). When the
 * clock was set forward over it, the first instant after the gap, marked as such.
 */
export function instantsOf(
  wall: WallTime,
  timeZone: string,
): { readonly instants: readonly number[]; readonly inGap: boolean } {
  const shown = asIfUtc(wall);
  // No zone is a day off UTC, and none changes its offset twice within two days.
  const before = offsetAt(shown - dayMs, timeZone);
  const after = offsetAt(shown + dayMs, timeZone);
  const instants = [...new Set([before, after])]
    .map((offset) => shown - offset)
    .filter((at) => offsetAt(at, timeZone) === shown - at)
    .sort((a, b) => a - b);
  if (instants.length > 0) return { instants, inGap: false };
  return { instants: [changeBetween(shown - dayMs, shown + dayMs, timeZone)], inGap: true };
}

/** The first instant at which a day of the wall calendar is shown; of a day that was left out, when the next begins. */
export function startOfDay(year: number, month: number, day: number, timeZone: string): number {
  const [first] = instantsOf(
    { ...fromAsIfUtc(Date.UTC(year, month - 1, day)), ofDayMs: 0 },
    timeZone,
  ).instants;
  return first ?? Date.UTC(year, month - 1, day);
}

/** The instant between two at which the clock is set to another offset; null: at none. */
export function offsetChange(from: number, until: number, timeZone: string): number | null {
  if (offsetAt(from, timeZone) === offsetAt(until, timeZone)) return null;
  return changeBetween(from, until, timeZone);
}

/** The instant at which the offset changes, given that it does once between the two. */
function changeBetween(from: number, until: number, timeZone: string): number {
  const old = offsetAt(from, timeZone);
  let [last, first] = [from, until];
  while (first - last > 1) {
    const middle = Math.floor((last + first) / 2);
    if (offsetAt(middle, timeZone) === old) last = middle;
    else first = middle;
  }
  return first;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
