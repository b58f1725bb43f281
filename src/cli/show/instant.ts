import type { WallTime } from '../../domain/calendar.ts';
import { wallAt } from '../../domain/zone.ts';
import type { Terminal } from '../terminal.ts';
import { clean } from './clean.ts';
import { showDuration } from './duration.ts';

type Zone = Terminal['timeZone'];

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `03:30:12` of today, else `2026-11-20 03:30:12`: on the clock of that zone. Unix milliseconds, or ISO 8601. */
export function showInstant(instant: number | string, now: number, timeZone: Zone): string {
  const at = atOf(instant);
  const time = timeOf(at, timeZone);
  return dateOf(at, timeZone) === dateOf(now, timeZone) ? time : `${dateOf(at, timeZone)} ${time}`;
}

/** `2026-11-20 03:30:12`, for columns where every line has the same form. */
export function showDateTime(at: number, timeZone: Zone): string {
  return `${dateOf(at, timeZone)} ${timeOf(at, timeZone)}`;
}

/** `03:30:12, 9m05s ago`, or `03:30:12, in 9m05s`. */
export function showWhen(instant: number | string, now: number, timeZone: Zone): string {
  const away = atOf(instant) - now;
  const distance = away > 0 ? `in ${showDuration(away)}` : `${showDuration(-away)} ago`;
  return `${showInstant(instant, now, timeZone)}, ${distance}`;
}

/** `Sat 2026-11-28 03:30:12 +01:00`: what everything else on the screen is measured from. */
export function showNow(instant: string, timeZone: Zone): string {
  const at = Date.parse(instant);
  const { year, month, day } = wallOf(at, timeZone);
  const name = days[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? '';
  return `${name} ${showDateTime(at, timeZone)} ${zoneName(at, timeZone)}`;
}

/** The name of the zone, or of this machine's the offset at that instant. */
export function zoneName(at: number, timeZone: Zone): string {
  if (timeZone !== null) return timeZone;
  const east = -new Date(at).getTimezoneOffset();
  if (east === 0) return 'UTC';
  const [hours, minutes] = [Math.floor(Math.abs(east) / 60), Math.abs(east) % 60];
  return `${east < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`;
}

export function showTime(instant: number | string, timeZone: Zone): string {
  return timeOf(atOf(instant), timeZone);
}

/** A sentence for a terminal: on one line, and with the instants in it on the clock of the person who reads. */
export function readable(text: string, now: number, timeZone: Zone): string {
  return onTheClock(clean(text), now, timeZone);
}

/** A text with the instants in it on the clock of the person who reads. */
export function onTheClock(text: string, now: number, timeZone: Zone): string {
  return text.replace(isoInstants, (instant) => showInstant(instant, now, timeZone));
}

const isoInstants = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z/g;

function atOf(instant: number | string): number {
  return typeof instant === 'number' ? instant : Date.parse(instant);
}

function dateOf(at: number, timeZone: Zone): string {
  const { year, month, day } = wallOf(at, timeZone);
  return `${year}-${two(month)}-${two(day)}`;
}

function timeOf(at: number, timeZone: Zone): string {
  const seconds = Math.floor(wallOf(at, timeZone).ofDayMs / 1000);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
}

function wallOf(at: number, timeZone: Zone): WallTime {
  if (timeZone !== null) return wallAt(at, timeZone);
  const date = new Date(at);
  const seconds = (date.getHours() * 60 + date.getMinutes()) * 60 + date.getSeconds();
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    ofDayMs: seconds * 1000,
  };
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
