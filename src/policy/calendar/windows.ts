import { weekdays, type Window } from '../../domain/calendar.ts';
import { asIfUtc, fromAsIfUtc, instantsOf, wallAt } from '../../domain/zone.ts';

const dayMs = 86_400_000;

/** Whether work may start at an instant: in one of the windows, or anywhere when there are none. */
export function isOpen(windows: readonly Window[], at: number): boolean {
  return windows.length === 0 || windows.some((window) => isInside(window, at));
}

/** The first instant from `at` on at which a window is open; null when none ever opens. */
export function nextOpening(windows: readonly Window[], at: number): number | null {
  if (isOpen(windows, at)) return at;
  const openings = windows.flatMap((window) => beginnings(window, at)).filter((opening) => opening > at);
  return openings.length === 0 ? null : Math.min(...openings);
}

function isInside({ days, fromMs, untilMs, timeZone }: Window, at: number): boolean {
  const wall = wallAt(at, timeZone);
  const today = asIfUtc({ ...wall, ofDayMs: 0 });
  const begins = (day: number): boolean => days.includes(weekdayOf(day));
  const { ofDayMs } = wall;
  if (fromMs < untilMs) return begins(today) && ofDayMs >= fromMs && ofDayMs < untilMs;
  return (begins(today) && ofDayMs >= fromMs) || (begins(today - dayMs) && ofDayMs < untilMs);
}

/** When it opens on each of the next two weeks: one opening of a weekly window may fall into a gap. */
function beginnings(window: Window, at: number): number[] {
  const today = asIfUtc({ ...wallAt(at, window.timeZone), ofDayMs: 0 });
  return Array.from({ length: 16 }, (_, index) => today + index * dayMs)
    .filter((day) => window.days.includes(weekdayOf(day)))
    .flatMap((day) => instantsOf(fromAsIfUtc(day + window.fromMs), window.timeZone).instants)
    .filter((opening) => isInside(window, opening));
}

function weekdayOf(day: number): (typeof weekdays)[number] {
  return weekdays[new Date(day).getUTCDay()] ?? 'sun';
}
