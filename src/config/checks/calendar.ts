import { rangeOf, type CalendarDraft } from '../calendar.ts';
import type { CronRules } from '../cron-rules.ts';
import type { Draft } from '../fields.ts';
import type { Finding, Path } from '../problem.ts';
import { asFinding, everyMidnight } from './schedule.ts';

/** Calendars name zones that exist, windows that open, and freezes that end after they begin. */
export function checkCalendars(draft: Draft, cron: CronRules): Finding[] {
  return [
    ...checkCalendar(['calendar'], draft.calendar, cron),
    ...Object.entries(draft.backends).flatMap(([name, { calendar }]) =>
      checkCalendar(['backends', name, 'calendar'], calendar, cron),
    ),
  ];
}

function checkCalendar(path: Path, calendar: CalendarDraft, cron: CronRules): Finding[] {
  const zone = checkZone([...path, 'timeZone'], calendar.timeZone, cron);
  const windows = calendar.windows.flatMap(({ from, to, timeZone }, index) => {
    const place: Path = [...path, 'windows', index];
    return [...checkZone([...place, 'timeZone'], timeZone, cron), ...(from === to ? [neverOpen(place)] : [])];
  });
  const freezes = calendar.freeze.flatMap((entry, index) => {
    const place: Path = [...path, 'freeze', index];
    const own = 'wall' in entry ? undefined : entry.timeZone;
    const wrong = checkZone([...place, 'timeZone'], own, cron);
    return wrong.length > 0 || zone.length > 0 ? wrong : checkOrder(place, entry, calendar.timeZone ?? 'UTC');
  });
  return [...zone, ...windows, ...freezes];
}

function checkZone(path: Path, zone: string | undefined, cron: CronRules): Finding[] {
  return asFinding(path, zone === undefined ? null : cron.problem(everyMidnight, zone));
}

function neverOpen(path: Path): Finding {
  const message = 'a window from a time to the same time says neither "never" nor "all day"';
  return {
    path: [...path, 'to'],
    at: 'value',
    message,
    fix: 'for a whole day write from "00:00" to "24:00"',
  };
}

function checkOrder(path: Path, entry: CalendarDraft['freeze'][number], zone: string): Finding[] {
  const range = rangeOf(entry, zone);
  if (range === null || range.fromAt < range.untilAt) return [];
  const message = 'the freeze ends before it begins';
  return [{ path: [...path, 'to'], at: 'value', message, fix: 'write a `to` after its `from`' }];
}
