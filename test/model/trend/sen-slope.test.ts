import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mannKendall } from '../../../src/model/trend/mann-kendall.ts';
import { pairSlopes, senSlope, type SenSlope } from '../../../src/model/trend/sen-slope.ts';

const values = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 3, maxLength: 40 });

function slopeOf(xs: readonly number[], times = xs.map((_, i) => i)): SenSlope {
  return senSlope(times, xs, mannKendall(xs).variance, 0.95);
}

describe("Sen's slope", () => {
  it('is the median of the slopes of all pairs', () => {
    fc.assert(
      fc.property(values, (xs) => {
        const sorted = pairSlopes(
          xs.map((_, i) => i),
          xs,
        ).toSorted();
        const n = sorted.length;
        expect(slopeOf(xs).slope).toBeCloseTo((sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2, 12);
      }),
    );
  });

  it('follows the unit of the metric and the unit of time', () => {
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 64 }),
        (xs, unit, pace) => {
          const plain = slopeOf(xs);
          const scaled = slopeOf(
            xs.map((x) => x * unit),
            xs.map((_, i) => i * pace),
          );
          expect(scaled.slope).toBeCloseTo((plain.slope * unit) / pace, 8);
          expect(scaled.lower).toBeCloseTo((plain.lower * unit) / pace, 8);
          expect(scaled.upper).toBeCloseTo((plain.upper * unit) / pace, 8);
        },
      ),
    );
  });

  it('does not care where the metric and the clock begin', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -1000, max: 1000 }), (xs, shift) => {
        const moved = slopeOf(
          xs.map((x) => x + shift),
          xs.map((_, i) => i + shift),
        );
        const { slope, lower, upper } = slopeOf(xs);
        expect([moved.slope, moved.lower, moved.upper]).toEqual([slope, lower, upper]);
      }),
    );
  });

  it('turns its sign and swaps its bounds when time runs backwards', () => {
    fc.assert(
      fc.property(values, (xs) => {
        const forward = slopeOf(xs);
        const backward = slopeOf(xs.toReversed());
        expect(backward.slope).toBeCloseTo(-forward.slope, 10);
        expect(backward.lower).toBeCloseTo(-forward.upper, 10);
        expect(backward.upper).toBeCloseTo(-forward.lower, 10);
      }),
    );
  });

  it('lies inside its bounds, and more confidence never narrows them', () => {
    fc.assert(
      fc.property(values, (xs) => {
        const times = xs.map((_, i) => i);
        const { variance } = mannKendall(xs);
        const usual = senSlope(times, xs, variance, 0.95);
        const sure = senSlope(times, xs, variance, 0.999);
        expect(usual.lower).toBeLessThanOrEqual(usual.slope);
        expect(usual.upper).toBeGreaterThanOrEqual(usual.slope);
        expect(sure.lower).toBeLessThanOrEqual(usual.lower + 1e-9);
        expect(sure.upper).toBeGreaterThanOrEqual(usual.upper - 1e-9);
      }),
    );
  });

  it('is not bent by a few wild samples', () => {
    const straight = Array.from({ length: 50 }, (_, i) => 3 * i);
    const wild = straight.map((x, i) => (i % 10 === 5 ? 1e6 : x));
    expect(slopeOf(wild).slope).toBeCloseTo(3, 6);
  });
});
