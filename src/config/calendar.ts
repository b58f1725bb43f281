import type { CalendarSettings, Freeze, FreezeFile, Window } from '../domain/calendar.ts';
import { instantsOf, startOfDay } from '../domain/zone.ts';
import type { Draft } from './fields.ts';
import type { Moment } from './wall-time.ts';

export type CalendarDraft = Draft['calendar'];
type FreezeDraft = CalendarDraft['freeze'][number];

const nowhere = 'UTC';

/** A calendar draft without problems, as settings: its days and times as instants. */
export function calendarOf(draft: CalendarDraft): CalendarSettings {
  const zone = draft.timeZone ?? nowhere;
  return {
    windows: draft.windows.map((window) => windowOf(window, zone)),
    freezes: draft.freeze.flatMap((entry) => rangeOf(entry, zone) ?? []),
    freezeFiles: draft.freeze.flatMap((entry) => fileOf(entry, zone)),
    spacingMs: draft.spacing,
    jitterMs: draft.jitter ?? null,
    maxAtOnce: draft.maxAtOnce ?? null,
  };
}

function windowOf({ days, from, to, timeZone }: CalendarDraft['windows'][number], zone: string): Window {
  return { days, fromMs: from, untilMs: to, timeZone: timeZone ?? zone };
}

function fileOf(entry: FreezeDraft, zone: string): FreezeFile[] {
  if ('wall' in entry || entry.ical === undefined) return [];
  return [{ path: entry.ical, timeZone: entry.timeZone ?? zone }];
}

/** The freeze that an entry of the list writes out; null where it names a file. */
export function rangeOf(entry: FreezeDraft, zone: string): Freeze | null {
  if ('wall' in entry) return between(entry, undefined, zone, undefined);
  if (entry.from === undefined) return null;
  return between(entry.from, entry.to, entry.timeZone ?? zone, entry.reason);
}

function between(from: Moment, to: Moment | undefined, zone: string, reason: string | undefined): Freeze {
  const end = to ?? { ...from, wholeDay: true };
  return {
    fromAt: startOf(from, zone),
    untilAt: endOf(end, zone),
    reason: reason ?? 'a freeze of the config file',
  };
}

function startOf({ wall }: Moment, zone: string): number {
  const [first = 0] = instantsOf(wall, zone).instants;
  return first;
}

/** A whole day ends where the next begins; a repeated hour ends at its second showing. */
function endOf({ wall, wholeDay }: Moment, zone: string): number {
  if (wholeDay) return startOfDay(wall.year, wall.month, wall.day + 1, zone);
  return instantsOf(wall, zone).instants.at(-1) ?? 0;
}
