import ICAL from 'ical.js';
import { instantsOf, wallAt } from '../../domain/zone.ts';

/** Times of one iCalendar file as Unix milliseconds. */
export interface Instants {
  /** The value of a property, such as `dtstart`, in the zone that its TZID names. */
  of(component: ICAL.Component, property: string): number | null;
  /** A time that stands for such a value: an occurrence of `dtstart`, say. */
  like(time: ICAL.Time, component: ICAL.Component, property: string): number;
}

/**
 * Whole days and times without a zone are those of `timeZone`. A name of the tz database counts by our own rules, any
 * other by what the file itself says of it (VTIMEZONE).
 */
export function instantsIn(calendar: ICAL.Component, timeZone: string): Instants {
  const zones = new Map(
    calendar.getAllSubcomponents('vtimezone').map((component) => {
      const zone = new ICAL.Timezone(component);
      return [zone.tzid, zone];
    }),
  );

  function instantOf(time: ICAL.Time, tzid: string | null): number {
    const ofDayMs = time.isDate ? 0 : ((time.hour * 60 + time.minute) * 60 + time.second) * 1000;
    const asUtc = Date.UTC(time.year, time.month - 1, time.day) + ofDayMs;
    if (!time.isDate && time.zone === ICAL.Timezone.utcTimezone) return asUtc;
    const name = time.isDate || tzid === null ? timeZone : tzid;
    if (isZone(name)) {
      const wall = { year: time.year, month: time.month, day: time.day, ofDayMs };
      return instantsOf(wall, name).instants[0] ?? asUtc;
    }
    const zone = zones.get(name);
    if (zone === undefined) {
      throw new Error(`it names the time zone ${JSON.stringify(name)}, which nothing explains`);
    }
    return asUtc - zone.utcOffset(time) * 1000;
  }

  return {
    of(component, property) {
      const time: unknown = component.getFirstPropertyValue(property);
      return time instanceof ICAL.Time ? instantOf(time, tzidOf(component, property)) : null;
    },
    like: (time, component, property) => instantOf(time, tzidOf(component, property)),
  };
}

/**
 * ical.js compares an UNTIL in UTC with starts whose zone it does not know as if both were of one clock, and so loses
 * the last repetition east of UTC. Here such an UNTIL becomes a time of the start's own clock.
 */
export function untilOnOwnClock(component: ICAL.Component, timeZone: string): void {
  const start: unknown = component.getFirstPropertyValue('dtstart');
  if (!(start instanceof ICAL.Time) || start.isDate || start.zone !== ICAL.Timezone.localTimezone) return;
  const tzid = tzidOf(component, 'dtstart') ?? timeZone;
  if (!isZone(tzid)) return;
  for (const property of component.getAllProperties('rrule')) {
    const rule: unknown = property.getFirstValue();
    if (!(rule instanceof ICAL.Recur) || rule.until?.zone !== ICAL.Timezone.utcTimezone) continue;
    const { year, month, day, ofDayMs } = wallAt(rule.until.toUnixTime() * 1000, tzid);
    const seconds = Math.floor(ofDayMs / 1000);
    const parts = {
      ...{ year, month, day, isDate: false },
      ...{ hour: Math.floor(seconds / 3600), minute: Math.floor(seconds / 60) % 60, second: seconds % 60 },
    };
    rule.until = new ICAL.Time(parts, ICAL.Timezone.localTimezone);
  }
}

function tzidOf(component: ICAL.Component, property: string): string | null {
  const tzid = component.getFirstProperty(property)?.getParameter('tzid');
  return typeof tzid === 'string' ? tzid : null;
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
