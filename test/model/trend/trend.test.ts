import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mannKendall } from '../../../src/model/trend/mann-kendall.ts';
import type { Sample } from '../../../src/model/trend/sample.ts';
import { medianPerBucket, seasonGrid } from '../../../src/model/trend/season-grid.ts';
import { trend } from '../../../src/model/trend/trend.ts';
import {
  fewestSamples,
  usualTrendSettings,
  type TrendSettings,
} from '../../../src/model/trend/trend-settings.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 5);
const up: TrendSettings = { ...usualTrendSettings, limit: { value: 1000, direction: 'up' } };
const down: TrendSettings = { ...usualTrendSettings, limit: { value: 0, direction: 'down' } };

function hourly(values: readonly number[]): Sample[] {
  return values.map((value, i) => ({ atMs: start + i * hour, value }));
}

const leak = Array.from({ length: 48 }, (_, i) => 500 + 2 * i + ((i * 7) % 5));

describe('a trend of a measurement', () => {
  it('tells a leak, its pace and the hours until memory is used up, with a band', () => {
    const answer = trend(hourly(leak), up);
    if (answer.kind !== 'aging') throw new Error(answer.kind);
    expect(answer.perHour.slope).toBeCloseTo(2, 1);
    const { earliest, best, latest } = answer.exhaustionHours!;
    expect(best).toBeCloseTo((1000 - answer.level) / answer.perHour.slope, 6);
    expect(earliest).toBeLessThanOrEqual(best);
    expect(latest).toBeGreaterThanOrEqual(best);
    expect(best).toBeGreaterThan(190);
    expect(best).toBeLessThan(215);
  });

  it('tells free memory that runs out by the same figures', () => {
    const used = trend(hourly(leak), up);
    const free = trend(hourly(leak.map((x) => 1000 - x)), down);
    if (used.kind !== 'aging' || free.kind !== 'aging') throw new Error(free.kind);
    expect(free.exhaustionHours!.best).toBeCloseTo(used.exhaustionHours!.best, 6);
    expect(free.exhaustionHours!.earliest).toBeCloseTo(used.exhaustionHours!.earliest, 6);
    expect(free.level).toBeCloseTo(1000 - used.level, 6);
  });

  it('is none where slow waves look like a trend to the test without correction', () => {
    const wave = Array.from({ length: 60 }, (_, i) => 500 + 20 * Math.sin(i / 12) + 8 * Math.sin(i / 3));
    const answer = trend(hourly(wave.slice(0, 26)), up);
    if (answer.kind === 'not-enough-data') throw new Error(answer.kind);
    expect(answer.p).toBeGreaterThan(mannKendall(wave.slice(0, 26)).p);
  });

  it('is away where the metric recovers, and has no time of exhaustion', () => {
    const answer = trend(hourly(leak.toReversed()), up);
    expect(answer).toMatchObject({ kind: 'away', exhaustionHours: null });
  });

  it('is none where the metric only swings', () => {
    const swing = leak.map((_, i) => 500 + (i % 2) * 20);
    expect(trend(hourly(swing), up)).toMatchObject({ kind: 'none', exhaustionHours: null });
  });

  it('is too slow where a person said that so little does not matter', () => {
    expect(trend(hourly(leak), { ...up, minimumSlopePerHour: 3 })).toMatchObject({ kind: 'too-slow' });
    expect(trend(hourly(leak), { ...up, minimumSlopePerHour: 1 })).toMatchObject({ kind: 'aging' });
  });

  it('is over at once where the limit is passed already', () => {
    const answer = trend(hourly(leak), { ...up, limit: { value: 550, direction: 'up' } });
    expect(answer).toMatchObject({ kind: 'aging', exhaustionHours: { best: 0, earliest: 0, latest: 0 } });
  });

  it('says how many samples and how much time are missing instead of guessing', () => {
    const six = hourly(leak.slice(0, 6));
    expect(trend(six, { ...up, minimumSpanMs: 24 * hour })).toEqual({
      kind: 'not-enough-data',
      samples: 6,
      missingSamples: 4,
      spanMs: 5 * hour,
      missingSpanMs: 19 * hour,
    });
    expect(trend([], up)).toMatchObject({ kind: 'not-enough-data', samples: 0, missingSamples: 10 });
  });

  it('asks for so many samples at least that a steady rise would not be chance', () => {
    expect(fewestSamples(0.05)).toBe(5);
    expect(fewestSamples(0.5)).toBe(3);
    const few = trend(hourly([1, 2, 3, 4]), { ...up, minimumSamples: 2 });
    expect(few).toMatchObject({ kind: 'not-enough-data', missingSamples: 1 });
    expect(trend(hourly([1, 2, 3, 4, 5]), { ...up, minimumSamples: 2 })).toMatchObject({ kind: 'aging' });
  });

  it('is the same at any hour of any year', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (shift) => {
        const moved = hourly(leak).map(({ atMs, value }) => ({ atMs: atMs - start + shift, value }));
        expect(trend(moved, up)).toEqual(trend(hourly(leak), up));
      }),
    );
  });

  it('takes well under a second for 2,000 samples', () => {
    const samples = hourly(Array.from({ length: 2000 }, (_, i) => i + ((i * 7919) % 1013)));
    const times = [1, 2, 3].map(() => {
      // Of the processor, so that others on the machine do not count.
      const began = process.cpuUsage();
      expect(trend(samples, up).kind).toBe('aging');
      const { user, system } = process.cpuUsage(began);
      return (user + system) / 1000;
    });
    expect(Math.min(...times)).toBeLessThan(800);
  });

  it.each([
    ['a value that is no number', [{ atMs: 0, value: NaN }], 'samples[0].value'],
    ['an infinite value', [{ atMs: 0, value: Infinity }], 'samples[0].value'],
    ['an instant that is none', [{ atMs: NaN, value: 1 }], 'samples[0].atMs'],
    [
      'two samples at once',
      [
        { atMs: 5, value: 1 },
        { atMs: 5, value: 2 },
      ],
      'samples[1].atMs',
    ],
    [
      'a clock running backwards',
      [
        { atMs: 5, value: 1 },
        { atMs: 4, value: 2 },
      ],
      'samples[1].atMs',
    ],
  ])('refuses %s and names it', (_, samples, field) => {
    expect(() => trend(samples, up)).toThrow(expect.objectContaining({ code: 'model-input', where: field }));
  });

  it('refuses settings that mean nothing', () => {
    const limit = { value: NaN, direction: 'up' as const };
    expect(() => trend([], { ...up, limit })).toThrow('limit');
    expect(() => trend([], { ...up, alpha: 0 })).toThrow('alpha');
    expect(() => trend([], { ...up, confidence: 1 })).toThrow('confidence');
    expect(() => trend([], { ...up, minimumSamples: -1 })).toThrow('minimumSamples');
    expect(() => trend([], { ...up, minimumSpanMs: Infinity })).toThrow('minimumSpanMs');
    expect(() => trend([], { ...up, minimumSlopePerHour: NaN })).toThrow('minimumSlopePerHour');
  });

  it('refuses more samples than it can compare, and says what to do', () => {
    expect(() => trend(hourly(Array.from({ length: 4001 }, () => 1)), up)).toThrow(
      'take medians per hour first',
    );
  });
});

describe('samples brought together', () => {
  it('become medians per hour, so that a single spike is gone', () => {
    const samples = [1, 2, 900, 4, 6].map((value, i) => ({ atMs: start + i * 20 * 60_000, value }));
    expect(medianPerBucket(samples, hour)).toEqual([
      { atMs: start + hour / 2, value: 2 },
      { atMs: start + 1.5 * hour, value: 5 },
    ]);
  });

  it('become one row per day and one column per hour, with gaps where nothing was measured', () => {
    const samples = [
      { atMs: start + 1 * hour, value: 10 },
      { atMs: start + 1.5 * hour, value: 20 },
      { atMs: start + 50 * hour, value: 7 },
    ];
    const grid = seasonGrid(samples, 24 * hour, 24);
    expect(grid.map((row) => row.length)).toEqual([24, 24, 24]);
    expect(grid[0]![1]).toBe(15);
    expect(grid[2]![2]).toBe(7);
    expect(grid.flat().filter((x) => x !== null)).toHaveLength(2);
    expect(seasonGrid([], 24 * hour, 24)).toEqual([]);
  });

  it('are refused for windows that are none, for a clock running backwards and for more than a grid can hold', () => {
    expect(() => medianPerBucket([], 0)).toThrow('bucketMs');
    expect(() => seasonGrid([], NaN, 24)).toThrow('cycleMs');
    expect(() => seasonGrid([], 24 * hour, 2.5)).toThrow('seasons');
    const backwards = [
      { atMs: 2, value: 1 },
      { atMs: 1, value: 1 },
    ];
    expect(() => medianPerBucket(backwards, hour)).toThrow('samples[1].atMs');
    const far = [
      { atMs: 0, value: 1 },
      { atMs: 1000 * 24 * hour, value: 1 },
    ];
    expect(() => seasonGrid(far, 24 * hour, 24)).toThrow('take fewer');
  });
});
