import { wallAt } from '../../domain/zone.ts';
import { clean } from './clean.ts';
import { showDuration } from './duration.ts';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `03:30:12` of today, else `2026-11-20 03:30:12`: on the clock of that zone. Unix milliseconds, or ISO 8601. */
export function showInstant(instant: number | string, now: number, timeZone: string): string {
  const at = atOf(instant);
  const time = timeOf(at, timeZone);
  return dateOf(at, timeZone) === dateOf(now, timeZone) ? time : `${dateOf(at, timeZone)} ${time}`;
}

/** `2026-11-20 03:30:12`, for columns where every line has the same form. */
export function showDateTime(at: number, timeZone: string): string {
  return `${dateOf(at, timeZone)} ${timeOf(at, timeZone)}`;
}

/** `03:30:12, 9m05s ago`, or `03:30:12, in 9m05s`. */
export function showWhen(instant: number | string, now: number, timeZone: string): string {
  const away = atOf(instant) - now;
  const distance = away > 0 ? `in ${showDuration(away)}` : `${showDuration(-away)} ago`;
  return `${showInstant(instant, now, timeZone)}, ${distance}`;
}

/** `Sat 2026-11-28 03:30:12 UTC`: what everything else on the screen is measured from. */
export function showNow(instant: string, timeZone: string): string {
  const at = Date.parse(instant);
  const { year, month, day } = wallAt(at, timeZone);
  const name = days[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? '';
  return `${name} ${dateOf(at, timeZone)} ${timeOf(at, timeZone)} ${timeZone}`;
}

export function showTime(instant: number | string, timeZone: string): string {
  return timeOf(atOf(instant), timeZone);
}

/** A sentence for a terminal: on one line, and with the instants in it on the clock of the person who reads. */
export function readable(text: string, now: number, timeZone: string): string {
  return onTheClock(clean(text), now, timeZone);
}

/** A text with the instants in it on the clock of the person who reads. */
export function onTheClock(text: string, now: number, timeZone: string): string {
  return text.replace(isoInstants, (instant) => showInstant(instant, now, timeZone));
}

const isoInstants = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z/g;

function atOf(instant: number | string): number {
  return typeof instant === 'number' ? instant : Date.parse(instant);
}

function dateOf(at: number, timeZone: string): string {
  const { year, month, day } = wallAt(at, timeZone);
  return `${year}-${two(month)}-${two(day)}`;
}

function timeOf(at: number, timeZone: string): string {
  const seconds = Math.floor(wallAt(at, timeZone).ofDayMs / 1000);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
