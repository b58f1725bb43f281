import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mannKendall } from '../../../src/model/trend/mann-kendall.ts';
import { seasonalKendall } from '../../../src/model/trend/seasonal-kendall.ts';
import { seasonalTrend } from '../../../src/model/trend/seasonal-trend.ts';
import { usualTrendSettings, type TrendSettings } from '../../../src/model/trend/trend-settings.ts';

const up: TrendSettings = { ...usualTrendSettings, limit: { value: 1000, direction: 'up' } };

/** Memory that swings by 100 over the day and leaks a little each day. */
function days(count: number, leakPerDay: number): number[][] {
  return Array.from({ length: count }, (_, day) =>
    Array.from({ length: 24 }, (__, h) => {
      const swing = 100 * Math.sin((2 * Math.PI * h) / 24);
      return Math.round(500 + swing + leakPerDay * (day + h / 24) + ((day * 5 + h * 3) % 4));
    }),
  );
}

const anyGrid = fc
  .tuple(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 6 }))
  .chain(([cycles, seasons]) =>
    fc.array(
      fc.array(fc.option(fc.integer({ min: -30, max: 30 })), { minLength: seasons, maxLength: seasons }),
      { minLength: cycles, maxLength: cycles },
    ),
  );

describe('the seasonal Kendall test', () => {
  it('is the plain test where there is one season and nothing is missing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 30 }), (values) => {
        const seasonal = seasonalKendall(
          values.map((x) => [x]),
          0.95,
        );
        const plain = mannKendall(values);
        expect(seasonal).toMatchObject({
          s: plain.s,
          variance: plain.variance,
          z: plain.z,
          p: plain.pNormal,
        });
        expect(seasonal.covariance.variance).toBe(plain.variance);
      }),
    );
  });

  it('does not change when the hours are named in another order', () => {
    fc.assert(
      fc.property(anyGrid, (grid) => {
        const one = seasonalKendall(grid, 0.95);
        const other = seasonalKendall(
          grid.map((row) => row.toReversed()),
          0.95,
        );
        expect(other.s).toBe(one.s);
        expect(other.covariance.variance).toBeCloseTo(one.covariance.variance, 8);
        expect(other.slope?.perCycle).toBe(one.slope?.perCycle);
      }),
    );
  });

  it('does not see a shift of one hour against the others', () => {
    fc.assert(
      fc.property(anyGrid, (grid) => {
        const shifted = grid.map((row) => row.map((x, season) => (x === null ? null : x + 1000 * season)));
        const { s, variance, slope, homogeneity } = seasonalKendall(grid, 0.95);
        expect(seasonalKendall(shifted, 0.95)).toMatchObject({ s, variance, slope, homogeneity });
      }),
    );
  });

  it('turns its sign when the days run backwards', () => {
    fc.assert(
      fc.property(anyGrid, (grid) => {
        const forward = seasonalKendall(grid, 0.95);
        const backward = seasonalKendall(grid.toReversed(), 0.95);
        expect(backward.s).toBe(0 - forward.s);
        expect(backward.covariance.variance).toBeCloseTo(forward.covariance.variance, 8);
      }),
    );
  });

  it('notices that one hour grows while another falls', () => {
    const grid = Array.from({ length: 12 }, (_, day) => [day, 100 - day]);
    const { s, homogeneity } = seasonalKendall(grid, 0.95);
    expect(s).toBe(0);
    expect(homogeneity.p).toBeLessThan(0.001);
  });

  it('refuses rows of different length and values that are not finite', () => {
    expect(() => seasonalKendall([[1, 2], [1]], 0.95)).toThrow('cycle 1');
    expect(() => seasonalKendall([[1, NaN]], 0.95)).toThrow('season 1 is not a finite number');
  });
});

describe('a trend beside a daily cycle', () => {
  it('sees a leak that the swing of a day hides, and reports the peak hour', () => {
    const answer = seasonalTrend(days(14, 6), 24, up);
    if (answer.kind !== 'aging') throw new Error(answer.kind);
    expect(answer.perHour.slope).toBeCloseTo(6 / 24, 1);
    // The peak stands 100 above the average, so it arrives some 100 / 0.25 hours earlier.
    expect(answer.averageHours! - answer.exhaustionHours!.best).toBeGreaterThan(300);
    expect(answer.level).toBeGreaterThan(650);
  });

  it('sees no trend in the swing alone', () => {
    expect(seasonalTrend(days(14, 0), 24, up)).toMatchObject({ exhaustionHours: null, averageHours: null });
    expect(seasonalTrend(days(14, 0), 24, up).kind).toBe('none');
  });

  it('counts days, and says how many are missing', () => {
    expect(seasonalTrend(days(4, 6), 24, up)).toMatchObject({ samples: 4, missingSamples: 6 });
  });

  it('wants a day more where no hour was measured twice', () => {
    const once = Array.from({ length: 12 }, (_, day) =>
      Array.from({ length: 24 }, (__, h) => (h === day ? 5 : null)),
    );
    expect(seasonalTrend(once, 24, up)).toMatchObject({ kind: 'not-enough-data', missingSamples: 1 });
  });
});
