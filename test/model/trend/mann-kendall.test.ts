import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correctForAutocorrelation, usualLags } from '../../../src/model/trend/autocorrelation.ts';
import { mannKendall } from '../../../src/model/trend/mann-kendall.ts';
import { kthSmallest, median, ranksOf, valueAtRank } from '../../../src/model/trend/order.ts';

const series = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 60 });

/** S as it is defined, pair by pair. */
function pairByPair(values: readonly number[]): number {
  let s = 0;
  for (const [j, later] of values.entries())
    for (const earlier of values.slice(0, j)) s += Math.sign(later - earlier);
  return s;
}

describe('the Mann-Kendall test', () => {
  it('counts rises minus falls over all pairs', () => {
    fc.assert(
      fc.property(series, (values) => {
        expect(mannKendall(values).s).toBe(pairByPair(values));
      }),
    );
  });

  it('does not change when the metric is shown on another rising scale', () => {
    fc.assert(
      fc.property(series, (values) => {
        expect(mannKendall(values.map((x) => x ** 3 + 5))).toEqual(mannKendall(values));
      }),
    );
  });

  it('turns its sign when time runs backwards, and nothing else', () => {
    fc.assert(
      fc.property(series, (values) => {
        const forward = mannKendall(values);
        const backward = mannKendall(values.toReversed());
        expect(backward.s).toBe(0 - forward.s);
        expect(backward).toMatchObject({ variance: forward.variance, p: forward.p, pExact: forward.pExact });
      }),
    );
  });

  it('turns its sign when the metric counts down instead of up', () => {
    fc.assert(
      fc.property(series, (values) => {
        expect(mannKendall(values.map((x) => -x)).s).toBe(0 - mannKendall(values).s);
      }),
    );
  });

  it('gives the probability by which a random order would show as much', () => {
    const orders = permutationsOf([1, 2, 3, 4, 5, 6]);
    for (const values of orders.slice(0, 120)) {
      const { s, pExact } = mannKendall(values);
      const asMuch = orders.filter((order) => Math.abs(pairByPair(order)) >= Math.abs(s)).length;
      expect(pExact).toBeCloseTo(asMuch / orders.length, 12);
    }
  });

  it('uses the exact probability for few values without ties, and the normal one otherwise', () => {
    const short = mannKendall([1, 2, 3, 4, 5]);
    expect(short.p).toBeCloseTo(2 / 120, 12);
    const tied = mannKendall([1, 2, 2, 4, 5]);
    expect(tied.pExact).toBeNull();
    expect(tied.p).toBe(tied.pNormal);
    const long = mannKendall(Array.from({ length: 20 }, (_, i) => i));
    expect(long.p).toBe(long.pNormal);
  });

  it('sees no trend in one value, or in values that never change', () => {
    expect(mannKendall([3])).toMatchObject({ s: 0, variance: 0, z: 0, p: 1, tau: 0 });
    expect(mannKendall([4, 4, 4, 4])).toMatchObject({ s: 0, variance: 0, z: 0, p: 1 });
  });

  it('raises a false alarm in about one of twenty series without a trend', () => {
    const random = randomFrom(7);
    const alarms = Array.from({ length: 1000 }, () => mannKendall(Array.from({ length: 30 }, random))).filter(
      ({ p }) => p < 0.05,
    ).length;
    expect(alarms).toBeGreaterThan(30);
    expect(alarms).toBeLessThan(70);
  });
});

describe('the correction for autocorrelation', () => {
  it('raises far fewer false alarms on samples that resemble each other than the test without it', () => {
    const random = randomFrom(11);
    const alarms = { plain: 0, corrected: 0 };
    for (let run = 0; run < 300; run++) {
      let last = 0;
      const values = Array.from({ length: 100 }, () => (last = 0.8 * last + random() - 0.5));
      const times = values.map((_, i) => i);
      const test = mannKendall(values);
      const corrected = correctForAutocorrelation(times, values, 0, test, {
        lags: usualLags(100),
        alpha: 0.05,
      });
      expect(corrected.factor).toBeGreaterThanOrEqual(1);
      if (test.p < 0.05) alarms.plain++;
      if (corrected.p < 0.05) alarms.corrected++;
    }
    expect(alarms.plain).toBeGreaterThan(100);
    expect(alarms.corrected).toBeLessThan(alarms.plain / 2);
  });

  it('never makes the test surer than without it, also where values swing to and fro', () => {
    const values = Array.from({ length: 30 }, (_, i) => (i % 2) * 10 + 0.1 * i);
    const times = values.map((_, i) => i);
    const test = mannKendall(values);
    const corrected = correctForAutocorrelation(times, values, 0, test, { lags: 1, alpha: 0.05 });
    expect(corrected.rawFactor).toBeLessThan(1);
    expect(corrected.factor).toBe(1);
  });

  it('leaves values alone that never change', () => {
    const values = [2, 2, 2, 2, 2, 2];
    const test = mannKendall(values);
    const times = [0, 1, 2, 3, 4, 5];
    expect(correctForAutocorrelation(times, values, 0, test, { lags: 2, alpha: 0.05 }).factor).toBe(1);
  });
});

describe('the order of values', () => {
  it('is found by selection as by sorting', () => {
    fc.assert(
      fc.property(series, fc.nat(), (values, pick) => {
        const k = 1 + (pick % values.length);
        const sorted = values.toSorted((a, b) => a - b);
        expect(kthSmallest(Float64Array.from(values), k)).toBe(sorted[k - 1]);
        const middle = (sorted[(values.length - 1) >> 1]! + sorted[values.length >> 1]!) / 2;
        expect(median(values)).toBe(middle);
      }),
    );
  });

  it('goes in a straight line between two ranks, and stops at both ends', () => {
    const values = (): Float64Array => Float64Array.from([30, 10, 20]);
    expect(valueAtRank(values(), 1.25)).toBe(12.5);
    expect(valueAtRank(values(), -3)).toBe(10);
    expect(valueAtRank(values(), 9)).toBe(30);
  });

  it('gives tied values their mean rank', () => {
    expect(ranksOf([5, 1, 5, 9])).toEqual({ ranks: [2.5, 1, 2.5, 4], ties: [2] });
  });
});

function permutationsOf(values: readonly number[]): number[][] {
  if (values.length === 0) return [[]];
  return values.flatMap((one, i) => permutationsOf(values.toSpliced(i, 1)).map((rest) => [one, ...rest]));
}

/** A small generator with a fixed start (Lehmer), so that a test never depends on luck. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
