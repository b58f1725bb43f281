import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFreezeFiles } from '../../../src/io/ical/freeze-files.ts';
import { freezesIn } from '../../../src/io/ical/freezes.ts';

const from = Date.parse('2026-01-01T00:00Z');
const until = Date.parse('2027-01-01T00:00Z');

function calendar(...events: readonly string[][]): string {
  const lines = events.flatMap((event, index) => ['BEGIN:VEVENT', `UID:e${index}`, ...event, 'END:VEVENT']);
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

function read(text: string, zone = 'Europe/Berlin'): string[] {
  return freezesIn(text, zone, from, until).map(
    ({ fromAt, untilAt, reason }) =>
      `${new Date(fromAt).toISOString().slice(0, 16)} ${new Date(untilAt).toISOString().slice(0, 16)} ${reason}`,
  );
}

/** A series, and one of its events moved to 10:00 of another day. */
function withException(series: readonly string[], which: string, day: string): string {
  const moved = [
    'BEGIN:VEVENT',
    'UID:e0',
    which,
    `DTSTART:${day}T100000Z`,
    `DTEND:${day}T180000Z`,
    'END:VEVENT',
  ];
  return calendar([...series]).replace('END:VCALENDAR', `${moved.join('\r\n')}\r\nEND:VCALENDAR`);
}

describe('the events of an iCalendar file', () => {
  it('of whole days are days of the zone of the calendar', () => {
    const days = calendar([
      'DTSTART;VALUE=DATE:20261127',
      'DTEND;VALUE=DATE:20261201',
      'SUMMARY:Black Friday',
    ]);
    expect(read(days)).toEqual(['2026-11-26T23:00 2026-11-30T23:00 Black Friday']);
    expect(read(days, 'America/New_York')).toEqual(['2026-11-27T05:00 2026-12-01T05:00 Black Friday']);
  });

  it('without an end last their one day', () => {
    expect(read(calendar(['DTSTART;VALUE=DATE:20260704', 'SUMMARY:Sale']), 'UTC')).toEqual([
      '2026-07-04T00:00 2026-07-05T00:00 Sale',
    ]);
  });

  it('with times may be in UTC, in a named zone, in none, or last a duration', () => {
    const events = calendar(
      ['DTSTART:20260601T180000Z', 'DTEND:20260601T200000Z', 'SUMMARY:utc'],
      ['DTSTART;TZID=America/New_York:20260601T180000', 'DTEND;TZID=America/New_York:20260601T200000'],
      ['DTSTART:20260601T180000', 'DURATION:PT90M', 'SUMMARY:floating'],
    );
    expect(read(events)).toEqual([
      '2026-06-01T16:00 2026-06-01T17:30 floating',
      '2026-06-01T18:00 2026-06-01T20:00 utc',
      '2026-06-01T22:00 2026-06-02T00:00 an event without a summary',
    ]);
  });

  it('of a zone that only the file explains follow its explanation', () => {
    const zone = [
      'BEGIN:VTIMEZONE',
      'TZID:W. Europe Standard Time',
      'BEGIN:STANDARD',
      'DTSTART:16010101T030000',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:16010101T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0200',
      'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3',
      'END:DAYLIGHT',
      'END:VTIMEZONE',
    ].join('\r\n');
    const event = ['DTSTART;TZID=W. Europe Standard Time:20260701T080000', 'DURATION:PT1H', 'SUMMARY:x'];
    const text = calendar(event).replace('BEGIN:VEVENT', `${zone}\r\nBEGIN:VEVENT`);
    expect(read(text, 'UTC')).toEqual(['2026-07-01T06:00 2026-07-01T07:00 x']);
  });

  it('that repeat are written out, over a change of the clock, with their exceptions', () => {
    const events = calendar([
      'DTSTART;TZID=Europe/Berlin:20260320T180000',
      'DTEND;TZID=Europe/Berlin:20260320T190000',
      'RRULE:FREQ=WEEKLY;COUNT=4',
      'EXDATE;TZID=Europe/Berlin:20260403T180000',
      'SUMMARY:fair',
    ]);
    expect(read(events)).toEqual([
      '2026-03-20T17:00 2026-03-20T18:00 fair',
      '2026-03-27T17:00 2026-03-27T18:00 fair',
      '2026-04-10T16:00 2026-04-10T17:00 fair',
    ]);
  });

  it('that repeat for ever end with the span that is asked for', () => {
    const events = calendar(['DTSTART;VALUE=DATE:20000101', 'RRULE:FREQ=MONTHLY', 'SUMMARY:first']);
    expect(read(events, 'UTC').length).toBe(12);
  });

  it('that were moved or cancelled are where they were moved to, or nowhere', () => {
    const moved = calendar(
      ['DTSTART:20260601T100000Z', 'DTEND:20260601T110000Z', 'RRULE:FREQ=DAILY;COUNT=3', 'SUMMARY:s'],
      ['DTSTART:20260701T100000Z', 'DTEND:20260701T110000Z', 'STATUS:CANCELLED', 'SUMMARY:off'],
    ).replace(
      'BEGIN:VEVENT',
      [
        'BEGIN:VEVENT',
        'UID:e0',
        'RECURRENCE-ID:20260602T100000Z',
        'DTSTART:20260602T150000Z',
        'DTEND:20260602T160000Z',
        'SUMMARY:moved',
        'END:VEVENT',
        'BEGIN:VEVENT',
      ].join('\r\n'),
    );
    expect(read(moved)).toEqual([
      '2026-06-01T10:00 2026-06-01T11:00 s',
      '2026-06-02T15:00 2026-06-02T16:00 moved',
      '2026-06-03T10:00 2026-06-03T11:00 s',
    ]);
  });

  it('moved to earlier are found although the series has not come to them yet', () => {
    const series = ['DTSTART:20260605T100000Z', 'DTEND:20260605T180000Z', 'RRULE:FREQ=WEEKLY;COUNT=10'];
    const text = withException(series, 'RECURRENCE-ID:20260612T100000Z', '20260611');
    const at = Date.parse('2026-06-11T12:00Z');
    expect(freezesIn(text, 'UTC', at, at + 1)).toHaveLength(1);
  });

  it('moved away by an exception in UTC are gone from a series with a zone', () => {
    const zoned = ['DTSTART;TZID=Europe/Berlin:20260601T083000', 'DURATION:PT2H', 'RRULE:FREQ=DAILY;COUNT=3'];
    const text = withException(zoned, 'RECURRENCE-ID:20260602T063000Z', '20260605');
    expect(read(text).map((line) => line.slice(0, 16))).toEqual([
      '2026-06-01T06:30',
      '2026-06-03T06:30',
      '2026-06-05T10:00',
    ]);
  });

  it('moved with all that follow are moved with all that follow', () => {
    const series = ['DTSTART:20260601T083000Z', 'DTEND:20260601T103000Z', 'RRULE:FREQ=DAILY;COUNT=4'];
    const text = withException(series, 'RECURRENCE-ID;RANGE=THISANDFUTURE:20260603T083000Z', '20260603');
    expect(read(text).map((line) => line.slice(8, 16))).toEqual([
      '01T08:30',
      '02T08:30',
      '03T10:00',
      '04T10:00',
    ]);
  });

  it('whose series is not in the file count all the same', () => {
    const orphan = calendar(['RECURRENCE-ID:20260612T100000Z', 'DTSTART:20260611T100000Z', 'DURATION:PT8H']);
    expect(read(orphan)).toHaveLength(1);
  });

  it.each([
    ['Europe/Berlin', '20260602T223000Z'],
    ['Asia/Tokyo', '20260602T153000Z'],
    ['America/Los_Angeles', '20260603T073000Z'],
  ])('that repeat until exactly their last start keep it, in %s', (zone, last) => {
    const series = [
      `DTSTART;TZID=${zone}:20260601T003000`,
      'DURATION:PT6H',
      `RRULE:FREQ=DAILY;UNTIL=${last}`,
    ];
    expect(read(calendar(series))).toHaveLength(3);
  });

  it('may stand in several calendars of one file', () => {
    const days = ['20260601', '20260701'].map((day) => calendar([`DTSTART;VALUE=DATE:${day}`, 'SUMMARY:x']));
    expect(read(days.join(''))).toHaveLength(2);
  });

  it('outside of the span are left out', () => {
    expect(read(calendar(['DTSTART;VALUE=DATE:20250101', 'SUMMARY:old']))).toEqual([]);
  });
});

describe('an iCalendar file that cannot be used', () => {
  it.each([
    ['nothing', '', 'it is not an iCalendar file'],
    ['something else', 'loadBalancers: {}\n', 'it is not an iCalendar file'],
    ['a contact', 'BEGIN:VCARD\r\nVERSION:4.0\r\nEND:VCARD\r\n', 'it is not an iCalendar file'],
    [
      'a zone that nothing explains',
      calendar(['DTSTART;TZID=Middle-earth:20260601T180000', 'DURATION:PT1H']),
      'it names the time zone "Middle-earth", which nothing explains',
    ],
  ])('%s', async (_, text, problem) => {
    const directory = await mkdtemp(join(tmpdir(), 'rejuv-ical-'));
    const path = join(directory, 'freeze.ics');
    await writeFile(path, text);
    await expect(createFreezeFiles().read({ path, timeZone: 'UTC' }, from, until)).rejects.toMatchObject({
      code: 'freeze-unreadable',
      message: expect.stringContaining(problem) as string,
    });
    await rm(directory, { recursive: true });
  });

  it('a file that is not there', async () => {
    const file = { path: '/nowhere/freeze.ics', timeZone: 'UTC' };
    await expect(createFreezeFiles().read(file, from, until)).rejects.toMatchObject({
      message: 'cannot read the freezes in /nowhere/freeze.ics: there is no such file',
    });
  });
});
