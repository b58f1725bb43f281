import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dues, nextDue } from '../../../src/policy/calendar/dues.ts';
import { createCron } from '../../../src/io/cron.ts';
import { enumerate, type PlainCron } from './minute-by-minute.ts';

const cron = createCron();
const dayMs = 86_400_000;

function due(expression: string, timeZone: string, from: string, until: string): string[] {
  const timetable = { pattern: cron.pattern(expression), timeZone };
  return [...dues(timetable, Date.parse(from) - 1, Date.parse(until))].map((at) =>
    new Date(at).toISOString(),
  );
}

describe('a schedule on a day without a change of the clock', () => {
  it('is due when the wall clock of its zone shows the time', () => {
    expect(due('30 3 * * *', 'Europe/Berlin', '2026-01-01T00:00Z', '2026-01-03T00:00Z')).toEqual([
      '2026-01-01T02:30:00.000Z',
      '2026-01-02T02:30:00.000Z',
    ]);
  });

  it('may have seconds', () => {
    expect(due('*/20 0 3 * * *', 'UTC', '2026-01-01T00:00Z', '2026-01-02T00:00Z')).toEqual([
      '2026-01-01T03:00:00.000Z',
      '2026-01-01T03:00:20.000Z',
      '2026-01-01T03:00:40.000Z',
    ]);
  });

  it('finds a leap day years ahead', () => {
    const timetable = { pattern: cron.pattern('0 0 29 2 *'), timeZone: 'UTC' };
    expect(nextDue(timetable, Date.parse('2096-03-01T00:00Z'))).toBe(Date.parse('2104-02-29T00:00Z'));
  });
});

describe('a schedule where the clock changes', () => {
  it.each([
    ['in a gap is due at its end', '30 2 * * *', 'America/New_York', '2027-03-14', ['07:00']],
    [
      'in a repeated hour is due once, at the first',
      '30 1 * * *',
      'America/New_York',
      '2026-11-01',
      ['05:30'],
    ],
    ['in a gap of half an hour', '15 2 * * *', 'Australia/Lord_Howe', '2026-10-03', ['15:30']],
    ['at a midnight that is left out', '0 0 * * *', 'Africa/Cairo', '2026-04-23', ['22:00']],
    ['in a gap of two hours', '0 2 * * *', 'Antarctica/Troll', '2026-03-29', ['01:00']],
  ])('%s', (_, expression, zone, day, times) => {
    const from = Date.parse(`${day}T00:00Z`);
    const found = due(expression, zone, `${day}T00:00Z`, new Date(from + dayMs - 1).toISOString());
    expect(found).toEqual(times.map((time) => `${day}T${time}:00.000Z`));
  });

  it('made up for at an instant at which it is due anyway is due once there', () => {
    const found = due('30 2,3 * * *', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T12:00Z');
    expect(found).toEqual(['2026-03-29T01:00:00.000Z', '2026-03-29T01:30:00.000Z']);
    const both = due('0 2,3 * * *', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T12:00Z');
    expect(both).toEqual(['2026-03-29T01:00:00.000Z']);
  });

  it('of every quarter of an hour follows the clock: nothing made up, a repeated hour twice', () => {
    const spring = due('*/15 * * * *', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T01:59Z');
    expect(spring.length).toBe(8);
    const autumn = due('*/15 * * * *', 'Europe/Berlin', '2026-10-25T00:00Z', '2026-10-25T01:59Z');
    expect(autumn.length).toBe(8);
  });

  it('of a day that a zone left out is due when the next day begins', () => {
    const found = due('30 3 * * *', 'Pacific/Apia', '2011-12-29T00:00Z', '2011-12-31T00:00Z');
    expect(found).toEqual([
      '2011-12-29T13:30:00.000Z',
      '2011-12-30T10:00:00.000Z',
      '2011-12-30T13:30:00.000Z',
    ]);
  });
});

const all = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const schedules: readonly (readonly [string, PlainCron])[] = [
  ['30 2 * * *', { minute: [30], hour: [2], dayOfMonth: null, month: null, dayOfWeek: null }],
  ['0 0 * * *', { minute: [0], hour: [0], dayOfMonth: null, month: null, dayOfWeek: null }],
  ['30 23 * * sun', { minute: [30], hour: [23], dayOfMonth: null, month: null, dayOfWeek: [0] }],
  ['15,45 1-3 * * *', { minute: [15, 45], hour: [1, 2, 3], dayOfMonth: null, month: null, dayOfWeek: null }],
  [
    '0 */6 1,15 * *',
    { minute: [0], hour: [0, 6, 12, 18], dayOfMonth: [1, 15], month: null, dayOfWeek: null },
  ],
  [
    '*/20 * * 3,10 *',
    { minute: [0, 20, 40], hour: all(24), dayOfMonth: null, month: [3, 10], dayOfWeek: null },
  ],
];

/** Zones whose rules surprise, each with a span in which they do. */
const oddities: readonly (readonly [string, string, string])[] = [
  ['Europe/Berlin', '2024-01-01', '2026-12-31'],
  ['America/New_York', '2025-01-01', '2026-12-31'],
  ['Australia/Lord_Howe', '2025-01-01', '2026-12-31'],
  ['Antarctica/Troll', '2025-01-01', '2026-12-31'],
  ['Africa/Casablanca', '2025-01-01', '2026-12-31'],
  ['Africa/Cairo', '2023-01-01', '2024-12-31'],
  ['America/Havana', '2025-01-01', '2026-12-31'],
  ['Asia/Beirut', '2023-01-01', '2023-12-31'],
  ['Atlantic/Azores', '2025-01-01', '2025-12-31'],
  ['Pacific/Chatham', '2025-01-01', '2025-12-31'],
  ['America/Nuuk', '2023-01-01', '2025-12-31'],
  ['Asia/Gaza', '2024-01-01', '2025-12-31'],
  ['Europe/Dublin', '2025-01-01', '2025-12-31'],
  ['Pacific/Apia', '2011-06-01', '2012-06-01'],
  ['Asia/Pyongyang', '2015-06-01', '2018-12-31'],
  ['America/St_Johns', '2010-06-01', '2012-01-01'],
  ['America/Asuncion', '2023-01-01', '2025-06-01'],
  ['Asia/Tehran', '2021-01-01', '2023-01-01'],
  ['Asia/Kathmandu', '2025-01-01', '2025-12-31'],
];

describe('every due instant, over years, against an enumerator that looks at each minute', () => {
  it.each(oddities)('%s from %s to %s', { timeout: 120_000 }, (timeZone, from, until) => {
    const [start, end] = [Date.parse(from), Date.parse(until)];
    const plain = schedules.map(([, meant]) => meant);
    const expected = enumerate(plain, timeZone, start, end);
    for (const [index, [expression]] of schedules.entries()) {
      const found = [...dues({ pattern: cron.pattern(expression), timeZone }, start - 1, end - 1)];
      expect(found.map(iso), `${expression} in ${timeZone}`).toEqual(expected[index]!.map(iso));
    }
  });
});

describe('asked in pieces', () => {
  it('the same instants come out as asked at once', () => {
    const zones = fc.constantFrom(...oddities.map(([zone]) => zone));
    const expressions = fc.constantFrom(...schedules.map(([expression]) => expression));
    const start = Date.parse('2025-01-01T00:00Z');
    const cuts = fc.array(fc.integer({ min: 0, max: 500 * dayMs }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(zones, expressions, cuts, (timeZone, expression, offsets) => {
        const timetable = { pattern: cron.pattern(expression), timeZone };
        const borders = [0, ...offsets.toSorted((a, b) => a - b)].map((offset) => start + offset);
        const pieces = borders
          .slice(1)
          .flatMap((until, index) => [...dues(timetable, borders[index]!, until)]);
        expect(pieces).toEqual([...dues(timetable, start, borders.at(-1)!)]);
      }),
      { numRuns: 60 },
    );
  });
});

function iso(at: number): string {
  return new Date(at).toISOString();
}
