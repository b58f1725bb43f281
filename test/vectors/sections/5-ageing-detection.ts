import { z } from 'zod';
import { correctForAutocorrelation } from '../../../src/model/trend/autocorrelation.ts';
import { driftOf } from '../../../src/model/trend/drift.ts';
import { mannKendall } from '../../../src/model/trend/mann-kendall.ts';
import { senSlope } from '../../../src/model/trend/sen-slope.ts';
import { seasonalKendall } from '../../../src/model/trend/seasonal-kendall.ts';
import { seasonalTrend } from '../../../src/model/trend/seasonal-trend.ts';
import { usualTrendSettings } from '../../../src/model/trend/trend-settings.ts';
import { section, type Section } from '../section.ts';

const numbers = z.array(z.number());
const grid = z.array(z.array(z.number().nullable()));
const direction = z.enum(['up', 'down']);

/** Counts are exact, and the file's note allows the p values 1e-8. */
const tolerance: Section['tolerance'] = (field) => {
  if (field === 'S' || field === 'n' || field.startsWith('n_') || field.endsWith('_df')) return { rtol: 0 };
  if (field === 'S_by_season') return { rtol: 0 };
  return field === 'p' || field.startsWith('p_') || field.endsWith('_p') ? { rtol: 1e-8 } : undefined;
};

const plain = section(
  '5 mann_kendall',
  z.strictObject({ t: numbers, x: numbers, conf: z.number() }),
  ({ t, x, conf }) => {
    const test = mannKendall(x);
    const line = senSlope(t, x, test.variance, conf);
    return {
      n: test.n,
      S: test.s,
      var_S: test.variance,
      Z: test.z,
      p_two_sided: test.pNormal,
      p_exact_two_sided: test.pExact,
      tau_a: test.tau,
      sen_slope: line.slope,
      sen_lower: line.lower,
      sen_upper: line.upper,
      intercept: line.medianValue - line.slope * line.medianTime,
    };
  },
  tolerance,
);

const hamedRao = section(
  '5 hamed_rao',
  z.strictObject({ t: numbers, x: numbers, lags: z.number(), alpha: z.number() }),
  ({ t, x, lags, alpha }) => {
    const test = mannKendall(x);
    const { slope } = senSlope(t, x, test.variance, 0.95);
    const corrected = correctForAutocorrelation(t, x, slope, test, { lags, alpha });
    return {
      S: test.s,
      var_S: test.variance,
      vif_raw: corrected.rawFactor,
      vif: corrected.factor,
      var_S_corrected: corrected.variance,
      Z: corrected.z,
      p_two_sided: corrected.p,
    };
  },
  tolerance,
);

const seasonal = section(
  '5 seasonal_kendall',
  z.strictObject({ rows_cycle_by_season: grid, conf: z.number() }),
  (input) => {
    const test = seasonalKendall(input.rows_cycle_by_season, input.conf);
    return {
      S: test.s,
      var_S: test.variance,
      Z: test.z,
      p_two_sided: test.p,
      S_by_season: test.seasons.map(({ s }) => s),
      var_by_season: test.seasons.map(({ variance }) => variance),
      var_S_covariance: test.covariance.variance,
      Z_covariance: test.covariance.z,
      p_covariance: test.covariance.p,
      slope_per_cycle: test.slope?.perCycle,
      slope_lower: test.slope?.lower,
      slope_upper: test.slope?.upper,
      n_slopes: test.pairs,
      homogeneity_chi2: test.homogeneity.chi2,
      homogeneity_df: test.homogeneity.df,
      homogeneity_p: test.homogeneity.p,
    };
  },
  tolerance,
);

const exhaustion = section(
  '5 tte',
  z.strictObject({
    t: numbers,
    x: numbers,
    limit: z.number(),
    direction,
    conf: z.number(),
    alpha: z.number(),
  }),
  ({ t, x, conf, alpha, limit: value, direction: way }) => {
    const test = mannKendall(x);
    const line = senSlope(t, x, test.variance, conf);
    const drift = driftOf(
      { s: test.s, p: test.pNormal },
      line,
      [{ time: line.medianTime, value: line.medianValue }],
      t.at(-1) ?? 0,
      { limit: { value, direction: way }, alpha, minimumSlopePerHour: 0 },
    );
    const until = drift.exhaustionHours;
    return {
      aging_detected: drift.kind === 'aging',
      level_now: drift.level,
      tte: until === null ? null : until.best,
      tte_lower: until === null ? null : until.earliest,
      tte_upper: until === null ? null : until.latest,
      sen_slope: line.slope,
      sen_lower: line.lower,
      sen_upper: line.upper,
      p_two_sided: test.pNormal,
    };
  },
  tolerance,
);

const seasonalExhaustion = section(
  '5 tte_seasonal',
  z.strictObject({
    rows_cycle_by_season: grid,
    limit: z.number(),
    direction,
    hours_per_cycle: z.number(),
    alpha: z.number(),
  }),
  (input) => {
    const answer = seasonalTrend(input.rows_cycle_by_season, input.hours_per_cycle, {
      ...usualTrendSettings,
      limit: { value: input.limit, direction: input.direction },
      alpha: input.alpha,
    });
    if (answer.kind === 'not-enough-data') return answer.kind;
    return {
      aging_detected: answer.kind === 'aging',
      tte_hours: answer.averageHours,
      tte_peak_season_hours: answer.exhaustionHours?.best,
      slope_per_cycle: answer.perHour.slope * input.hours_per_cycle,
    };
  },
  tolerance,
);

export const ageingDetection: readonly Section[] = [
  plain,
  hamedRao,
  seasonal,
  exhaustion,
  seasonalExhaustion,
];
