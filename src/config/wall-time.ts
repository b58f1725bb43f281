import { fromAsIfUtc } from '../domain/zone.ts';
import type { WallTime } from '../domain/calendar.ts';
import { textKind, type Reading } from './text-kind.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

const timeRight = 'write a time of day such as "02:00", in quotes';
const timePattern = /^([01]?\d|2[0-3]):([0-5]\d)$|^24:00$/;

/** Reads `02:00` to `24:00` as milliseconds since midnight. */
export function readTimeOfDay(text: string): Reading<number> {
  const parts = timePattern.exec(text);
  if (parts === null) return { wrong: 'which is not a time of day', right: timeRight };
  return { value: text === '24:00' ? dayMs : (Number(parts[1]) * 60 + Number(parts[2])) * minuteMs };
}

export const timeOfDay = textKind(readTimeOfDay, {
  title: 'time of day',
  right: timeRight,
  pattern: timePattern,
});

/** A day, or a day with a time on it. */
export interface Moment {
  readonly wall: WallTime;
  readonly wholeDay: boolean;
}

const momentRight = 'write a day such as 2026-12-24, or with a time as "2026-12-24 18:00"';
const momentPattern = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d?:\d\d))?$/;

/** Reads `2026-12-24` and `2026-12-24 18:00`. */
export function readMoment(text: string): Reading<Moment> {
  const parts = momentPattern.exec(text);
  if (parts === null) return { wrong: 'which is neither a day nor a day with a time', right: momentRight };
  const [year = 0, month = 0, day = 0] = parts.slice(1, 4).map(Number);
  const wall = { year, month, day, ofDayMs: 0 };
  const exists = fromAsIfUtc(Date.UTC(year, month - 1, day));
  if (exists.month !== month || exists.day !== day) {
    return { wrong: 'a day that no calendar has', right: momentRight };
  }
  const time = parts[4];
  if (time === undefined) return { value: { wall, wholeDay: true } };
  const ofDay = readTimeOfDay(time);
  if (!('value' in ofDay)) return ofDay;
  return { value: { wall: { ...wall, ofDayMs: ofDay.value }, wholeDay: false } };
}

export const moment = textKind(readMoment, {
  title: 'day, or day and time',
  right: momentRight,
  pattern: momentPattern,
});
