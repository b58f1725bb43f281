import ICAL from 'ical.js';
import type { Freeze } from '../../domain/calendar.ts';
import { instantsIn, untilOnOwnClock, type Instants } from './instants.ts';

/** More repetitions than this, from the first on, are a mistake in the file: daily, it would be five centuries. */
const mostOccurrences = 200_000;

/** What ical.js says of one repetition; its own types leave it open. */
interface Occurrence {
  readonly item: ICAL.Event;
  readonly startDate: ICAL.Time;
  readonly endDate: ICAL.Time;
}

/**
 * The events of an iCalendar text (RFC 5545) that touch a span of time, repetitions and exceptions written out.
 * Whole days and times without a zone are those of `timeZone`. A cancelled event is none.
 * @throws Error saying what in the text cannot be used
 */
export function freezesIn(text: string, timeZone: string, fromAt: number, untilAt: number): Freeze[] {
  const freezes = calendarsIn(text).flatMap((calendar) => eventsOf(calendar, timeZone, untilAt));
  return freezes
    .filter((freeze) => freeze.fromAt < untilAt && freeze.untilAt > fromAt)
    .toSorted((a, b) => a.fromAt - b.fromAt);
}

/** A file may hold several calendars, one after another. */
function calendarsIn(text: string): ICAL.Component[] {
  let parsed: unknown;
  try {
    parsed = ICAL.parse(text);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`it is not an iCalendar file (${problem})`, { cause });
  }
  const all: unknown[] = Array.isArray(parsed) && Array.isArray(parsed[0]) ? parsed : [parsed];
  const calendars = all.map((one) => new ICAL.Component(Array.isArray(one) ? one : []));
  if (calendars.some(({ name }) => name !== 'vcalendar')) throw new Error('it is not an iCalendar file');
  return calendars;
}

function eventsOf(calendar: ICAL.Component, timeZone: string, untilAt: number): Freeze[] {
  const instants = instantsIn(calendar, timeZone);
  const components = calendar.getAllSubcomponents('vevent');
  const series = components.filter((component) => !component.hasProperty('recurrence-id'));
  const exceptions = components.filter((component) => component.hasProperty('recurrence-id'));
  // An exception of one repetition is an event of its own, wherever it was moved, also where its series is gone.
  const single = exceptions.filter((component) => !changesRest(component));
  return [
    ...single.flatMap((component) => freezeOf(new ICAL.Event(component), instants)),
    ...series.flatMap((component) => {
      const uid = component.getFirstPropertyValue('uid');
      const own = exceptions.filter((exception) => exception.getFirstPropertyValue('uid') === uid);
      if (!component.hasProperty('rrule') && !component.hasProperty('rdate')) {
        return freezeOf(new ICAL.Event(component, { exceptions: [] }), instants);
      }
      untilOnOwnClock(component, timeZone);
      return repetitions(component, own, instants, untilAt);
    }),
  ];
}

/** All repetitions of a series up to an instant, but for those that an exception of their own stands for. */
function repetitions(
  component: ICAL.Component,
  exceptions: readonly ICAL.Component[],
  instants: Instants,
  untilAt: number,
): Freeze[] {
  const lasting = exceptions.filter(changesRest);
  const event = new ICAL.Event(component, { exceptions: lasting });
  if (isCancelled(event)) return [];
  const replaced = new Set(
    exceptions.filter((one) => !changesRest(one)).map((one) => instants.of(one, 'recurrence-id')),
  );
  // One that changes the rest may move it to earlier: the walk goes on for as long as that could matter.
  const earlier = lasting.map(
    (one) => (instants.of(one, 'recurrence-id') ?? 0) - (instants.of(one, 'dtstart') ?? 0),
  );
  const walkUntil = untilAt + Math.max(0, ...earlier);
  const found: Freeze[] = [];
  const walk = event.iterator();
  for (let count = 0; count <= mostOccurrences; count += 1) {
    const next = walk.next() as ICAL.Time | null | undefined;
    if (next === null || next === undefined) return found;
    const at = instants.like(next, component, 'dtstart');
    if (at >= walkUntil) return found;
    if (replaced.has(at)) continue;
    found.push(...freezeOfOccurrence(event.getOccurrenceDetails(next), instants));
  }
  throw new Error(`${JSON.stringify(event.summary || event.uid)} repeats more than ${mostOccurrences} times`);
}

function freezeOf(event: ICAL.Event, instants: Instants): Freeze[] {
  return freezeOfOccurrence({ item: event, startDate: event.startDate, endDate: event.endDate }, instants);
}

function freezeOfOccurrence({ item, startDate, endDate }: Occurrence, instants: Instants): Freeze[] {
  if (isCancelled(item)) return [];
  const { component } = item;
  const fromAt = instants.like(startDate, component, 'dtstart');
  const end = component.hasProperty('dtend') ? 'dtend' : 'dtstart';
  const untilAt = instants.like(endDate, component, end);
  const reason = item.summary || 'an event without a summary';
  return untilAt <= fromAt ? [] : [{ fromAt, untilAt, reason }];
}

/** An exception with RANGE=THISANDFUTURE. */
function changesRest(component: ICAL.Component): boolean {
  return component.getFirstProperty('recurrence-id')?.getParameter('range') === 'THISANDFUTURE';
}

function isCancelled(event: ICAL.Event): boolean {
  return event.component.getFirstPropertyValue('status') === 'CANCELLED';
}
