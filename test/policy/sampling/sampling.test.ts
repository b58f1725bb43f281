import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../src/domain/sample.ts';
import { figuresOf, noTotals } from '../../../src/policy/sampling/figures-of.ts';
import { beatMs, offsetOf, turnAfter } from '../../../src/policy/sampling/pace.ts';
import { rateBetween } from '../../../src/policy/sampling/rate.ts';
import { newStart } from '../../../src/policy/sampling/restart.ts';

const minute = 60_000;

describe('the rate of a total', () => {
  const cases: [string, ReturnType<typeof rateBetween>, number | null][] = [
    ['per second', rateBetween({ at: 0, value: 10 }, { at: 15_000, value: 40 }, minute), 2],
    ['zero where nothing happened', rateBetween({ at: 0, value: 10 }, { at: 15_000, value: 10 }, minute), 0],
    ['none at the first reading', rateBetween(null, { at: 0, value: 10 }, minute), null],
    ['none where it began anew', rateBetween({ at: 0, value: 10 }, { at: 15_000, value: 9 }, minute), null],
    ['none over a long gap', rateBetween({ at: 0, value: 1 }, { at: minute + 1, value: 9 }, minute), null],
    ['none where no time has passed', rateBetween({ at: 5, value: 1 }, { at: 5, value: 9 }, minute), null],
    ['none where the clock went back', rateBetween({ at: 5, value: 1 }, { at: 4, value: 9 }, minute), null],
  ];
  it.each(cases)('is %s', (_, rate, expected) => expect(rate).toBe(expected));

  it('is never negative and never without end, whatever the totals and instants', () => {
    const total = fc.record({ at: fc.double(), value: fc.double() });
    fc.assert(
      fc.property(fc.option(total), total, (before, now) => {
        const rate = rateBetween(before, now, minute);
        expect(rate === null || (Number.isFinite(rate) && rate >= 0)).toBe(true);
      }),
    );
  });
});

describe('the figures of an answer', () => {
  const counter = (value: number): Reading => ({ kind: 'counter', figure: 'errors.rate', value });

  it('are gauges as they are, and totals as rates from the second answer on', () => {
    const first = figuresOf([{ kind: 'gauge', figure: 'load', value: 2 }, counter(10)], noTotals, 0, minute);
    expect([...first.values]).toEqual([['load', 2]]);
    const second = figuresOf([counter(40)], first.totals, 15_000, minute);
    expect([...second.values]).toEqual([['errors.rate', 2]]);
    const reset = figuresOf([counter(3)], second.totals, 30_000, minute);
    expect([...reset.values]).toEqual([]);
    expect(figuresOf([counter(18)], reset.totals, 45_000, minute).values.get('errors.rate')).toBe(1);
  });

  it('leave out what is not a number, and begin anew after it', () => {
    const first = figuresOf([counter(10)], noTotals, 0, minute);
    const gap = figuresOf(
      [counter(NaN), { kind: 'gauge', figure: 'load', value: Infinity }],
      first.totals,
      15_000,
      minute,
    );
    expect(gap.values.size + gap.totals.counters.size).toBe(0);
    expect(figuresOf([counter(40)], gap.totals, 30_000, minute).values.size).toBe(0);
  });

  it('know the later of the starts of host and application', () => {
    const answer = figuresOf(
      [
        { kind: 'started', what: 'host', at: 100 },
        { kind: 'started', what: 'application', at: 900 },
        { kind: 'started', what: 'application', at: NaN },
      ],
      noTotals,
      1_000,
      minute,
    );
    expect([answer.hostStartedAt, answer.startedAt]).toEqual([100, 900]);
  });
});

describe('a start', () => {
  const now = 1_000 * minute;
  const cases: [string, number | null, number, number | null][] = [
    ['is news where none is known', null, 5 * minute, 5 * minute],
    ['is none where it only trembles', 5 * minute, 5 * minute + 30_000, null],
    ['is news when it is later', 5 * minute, 7 * minute, 7 * minute],
    ['is none when it is earlier', 7 * minute, 5 * minute, null],
    ['is not believed in the future', 5 * minute, now + 2 * minute, null],
    ['replaces one of the future, of a clock that was wrong', now + 60 * minute, 5 * minute, 5 * minute],
    ['is none without a number', null, NaN, null],
  ];
  it.each(cases)('%s', (_, known, told, expected) => expect(newStart(known, told, now)).toBe(expected));
});

it('the readings of many servers are spread evenly over the interval, and the same after a restart', () => {
  const offsets = Array.from({ length: 1_000 }, (_, index) => offsetOf(`shop/web${index} node`, 15_000));
  expect(offsets).toEqual(Array.from({ length: 1_000 }, (_, at) => offsetOf(`shop/web${at} node`, 15_000)));
  const seconds = Array.from({ length: 15 }, (_, second) => {
    return offsets.filter((offset) => Math.floor(offset / 1_000) === second).length;
  });
  expect(Math.min(...seconds)).toBeGreaterThan(35);
  expect(Math.max(...seconds)).toBeLessThan(110);
});

it('readings begin on one beat, so that those of one moment come together', () => {
  const offsets = Array.from({ length: 100 }, (_, index) => offsetOf(`shop/web${index} node`, 15_000));
  expect(offsets.every((offset) => offset % beatMs === 0 && offset < 15_000)).toBe(true);
  expect(offsetOf('shop/web1 node', 200)).toBe(0);
});

it('the turns of a reading keep their distance from a clock that only grows, whenever they are asked for', () => {
  const offset = fc.integer({ min: 0, max: 100 }).map((beats) => beats * beatMs);
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e9, noNaN: true }),
      offset,
      fc.integer({ min: 1, max: 1e6 }),
      (now, from, every) => {
        const turn = turnAfter(now, from, every);
        expect(turn).toBeGreaterThan(now);
        expect(turn).toBeLessThanOrEqual(now + every);
        expect(Math.abs((turn - from) % every)).toBe(0);
        expect(turnAfter((now + turn) / 2, from, every)).toBe(turn);
      },
    ),
  );
});
