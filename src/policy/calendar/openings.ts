import type { Window } from '../../domain/calendar.ts';
import { asIfUtc, fromAsIfUtc, instantsOf, offsetChange, wallAt } from '../../domain/zone.ts';
import { isOpen } from './windows.ts';

const dayMs = 86_400_000;

export interface Span {
  readonly fromAt: number;
  readonly untilAt: number;
}

/** The spans in which no calendar's windows hold up a start. A calendar without windows is always open. */
export function openings(calendars: readonly (readonly Window[])[], fromAt: number, untilAt: number): Span[] {
  const changes = calendars
    .flat()
    .flatMap((window) => boundaries(window, fromAt, untilAt))
    .filter((at) => at > fromAt && at < untilAt);
  const moments = [...new Set([fromAt, ...changes, untilAt])].sort((a, b) => a - b);
  const spans: { fromAt: number; untilAt: number }[] = [];
  for (const [index, at] of moments.slice(0, -1).entries()) {
    if (!calendars.every((windows) => isOpen(windows, at))) continue;
    const end = moments[index + 1] ?? untilAt;
    const last = spans.at(-1);
    if (last?.untilAt === at) last.untilAt = end;
    else spans.push({ fromAt: at, untilAt: end });
  }
  return spans;
}

/** Everything that is in one of the lists at least, in order and joined where it touches. */
export function union(lists: readonly (readonly Span[])[]): Span[] {
  const joined: { fromAt: number; untilAt: number }[] = [];
  for (const { fromAt, untilAt } of lists.flat().toSorted((a, b) => a.fromAt - b.fromAt)) {
    const last = joined.at(-1);
    if (last !== undefined && fromAt <= last.untilAt) last.untilAt = Math.max(last.untilAt, untilAt);
    else joined.push({ fromAt, untilAt });
  }
  return joined;
}

/** Every instant at which the window may open or close: its own times, and changes of the clock. */
function boundaries({ fromMs, untilMs, timeZone }: Window, fromAt: number, untilAt: number): number[] {
  const midnight = (at: number): number => asIfUtc({ ...wallAt(at, timeZone), ofDayMs: 0 });
  const found: number[] = [];
  for (let day = midnight(fromAt) - dayMs; day <= midnight(untilAt) + dayMs; day += dayMs) {
    const change = offsetChange(day, day + dayMs, timeZone);
    if (change !== null) found.push(change);
    for (const ofDayMs of [fromMs, untilMs]) {
      found.push(...instantsOf(fromAsIfUtc(day + ofDayMs), timeZone).instants);
    }
  }
  return found;
}
