import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bucket, Reading } from '../../../src/domain/sample.ts';
import { figuresOf, noTotals } from '../../../src/policy/sampling/figures-of.ts';
import { quantileBetween, quantileOf } from '../../../src/policy/sampling/quantile.ts';

const minute = 60_000;
const bounds = [10, 20, 50, 100];

/** The histogram of these values, as an application keeps it. */
function histogramOf(values: readonly number[], upTo: readonly number[] = bounds): Bucket[] {
  return [...upTo, Infinity].map((bound) => ({
    bound,
    count: values.filter((value) => value <= bound).length,
  }));
}

const plus = (a: readonly Bucket[], b: readonly Bucket[]): Bucket[] =>
  a.map(({ bound, count }, index) => ({ bound, count: count + (b[index]?.count ?? 0) }));

const values = fc.array(fc.double({ min: 0.001, max: 200, noNaN: true }), { minLength: 1, maxLength: 60 });
const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });

describe('the quantile of a histogram', () => {
  it.each([
    ['in the middle of a bucket', 0.5, [0, 10, 10, 10, 10], 15],
    ['in the lowest bucket, from 0 on', 0.5, [4, 4, 4, 4, 4], 5],
    ['at the bound of a bucket', 0.5, [5, 10, 10, 10, 10], 10],
    ['beyond the last bound, that bound', 0.95, [0, 0, 0, 50, 100], 100],
    ['of a count that is behind that of a narrower bucket', 0.5, [6, 5, 10, 10, 10], 25 / 3],
  ])('is %s', (_, quantile, counts, expected) => {
    const buckets = [...bounds, Infinity].map((bound, index) => ({ bound, count: counts[index] ?? 0 }));
    expect(quantileOf(quantile, buckets)).toBeCloseTo(expected, 9);
  });

  it('is none without observations, without the bucket of all, and without a bound', () => {
    expect(quantileOf(0.5, histogramOf([]))).toBeNull();
    expect(quantileOf(0.5, histogramOf([5]).slice(0, -1))).toBeNull();
    expect(quantileOf(0.5, histogramOf([5], []))).toBeNull();
    expect(quantileOf(0.5, [])).toBeNull();
  });

  it('lies in the bucket in which that share of the values is reached', () => {
    fc.assert(
      fc.property(values, share, (seen, quantile) => {
        const found = quantileOf(quantile, histogramOf(seen)) ?? NaN;
        const ascending = seen.toSorted((a, b) => a - b);
        const real = ascending[Math.ceil(quantile * seen.length) - 1] ?? NaN;
        const upper = bounds.find((bound) => real <= bound) ?? 100;
        const lower = real > 100 ? 100 : (bounds.filter((bound) => bound < upper).at(-1) ?? 0);
        expect(found).toBeGreaterThanOrEqual(lower);
        expect(found).toBeLessThanOrEqual(upper);
      }),
    );
  });

  it('never falls where more is asked for', () => {
    fc.assert(
      fc.property(values, share, share, (seen, one, other) => {
        const of = (quantile: number) => quantileOf(quantile, histogramOf(seen)) ?? NaN;
        expect(of(Math.min(one, other))).toBeLessThanOrEqual(of(Math.max(one, other)));
      }),
    );
  });
});

describe('the quantile of what came between two readings', () => {
  const at = (ms: number, buckets: readonly Bucket[]) => ({ at: ms, buckets });

  it('knows nothing of what came before', () => {
    fc.assert(
      fc.property(values, values, share, (before, after, quantile) => {
        const first = histogramOf(before);
        const between = quantileBetween(
          ...([quantile, at(0, first), at(15_000, plus(first, histogramOf(after))), minute] as const),
        );
        expect(between).toBe(quantileOf(quantile, histogramOf(after)));
      }),
    );
  });

  const some = histogramOf([5, 15, 15, 60]);
  it.each([
    ['at the first reading', null, at(0, some)],
    ['where nothing came', at(0, some), at(15_000, some)],
    ['where it began anew', at(0, plus(some, some)), at(15_000, some)],
    ['where it began anew in one bucket alone', at(0, some), at(15_000, histogramOf([15, 15, 15, 60, 60]))],
    ['where the buckets are others', at(0, some), at(15_000, histogramOf([5, 15], [10, 20, 50, 200]))],
    ['where there are more of them', at(0, some), at(15_000, histogramOf([5, 15], [...bounds, 200]))],
    ['over a long gap', at(0, some), at(minute + 1, plus(some, some))],
    ['where the clock went back', at(5, some), at(4, plus(some, some))],
  ])('is none %s', (_, before, now) => {
    expect(quantileBetween(0.95, before, now, minute)).toBeNull();
  });

  it('is a figure from the second answer on, and again from the second one after a restart', () => {
    const reading = (...seen: number[]): Reading => ({
      ...{ kind: 'histogram', figure: 'latency.p95', quantile: 0.5 },
      buckets: histogramOf(seen),
    });
    let totals = noTotals;
    const next = (one: Reading, when: number): number | undefined => {
      const figures = figuresOf([one], totals, when, minute);
      ({ totals } = figures);
      return figures.values.get('latency.p95');
    };
    expect(next(reading(60, 60), 0)).toBeUndefined();
    expect(next(reading(60, 60, 15, 15), 15_000)).toBe(15);
    expect(next(reading(60), 30_000)).toBeUndefined();
    expect(next(reading(60, 5), 45_000)).toBe(5);
  });
});
