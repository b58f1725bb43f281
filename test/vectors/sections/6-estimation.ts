import { z } from 'zod';
import { fitExponential } from '../../../src/model/estimate/exponential.ts';
import type { ObservedLife } from '../../../src/model/estimate/observed-life.ts';
import { followStates, stateRates } from '../../../src/model/estimate/state-history.ts';
import { fitTwoStage } from '../../../src/model/estimate/two-stage.ts';
import { fitWeibull } from '../../../src/model/estimate/weibull.ts';
import { bestAge } from '../../../src/model/best-age.ts';
import { weibullLife } from '../../../src/model/life/weibull.ts';
import { refuse } from '../../../src/model/refuse.ts';
import { section, type Section } from '../section.ts';

const livesShape = { times: z.array(z.number()), failed: z.array(z.boolean()) };

/** Counts are exact; the rest as the file's note has it. */
const tolerance: Section['tolerance'] = (field) => {
  if (field === 'd' || field.startsWith('n_')) return { rtol: 0 };
  if (field.endsWith('loglik')) return { rtol: 1e-9 };
  if (field === 'rate_1' || field === 'rate_2' || field === 'T_opt' || field.startsWith('lrt_')) {
    return { rtol: 1e-6 };
  }
  return undefined;
};

function livesOf(times: readonly number[], failed: readonly boolean[]): ObservedLife[] {
  return times.map((hours, i) => ({ hours, failed: failed[i] ?? false }));
}

const exponential = section(
  '6 exponential',
  z.strictObject({ ...livesShape, conf: z.number() }),
  ({ times, failed, conf }) => {
    const fit = fitExponential(livesOf(times, failed), conf);
    if (fit.kind === 'not-enough-data') return refuse('times', fit.why);
    return {
      d: fit.events,
      total_time: fit.exposureHours,
      rate: fit.perHour.value,
      rate_lower: fit.perHour.lower,
      rate_upper: fit.perHour.upper,
      loglik: fit.logLikelihood,
    };
  },
  tolerance,
);

const weibull = section(
  '6 weibull',
  z.strictObject({ ...livesShape, conf: z.number() }),
  ({ times, failed, conf }) => {
    const lives = livesOf(times, failed);
    const fit = fitWeibull(lives, conf);
    const plain = fitExponential(lives, conf);
    if (fit.kind === 'not-enough-data') return refuse('times', fit.why);
    if (plain.kind === 'not-enough-data') return refuse('times', plain.why);
    return {
      d: fit.failures,
      shape: fit.shape.value,
      scale: fit.scaleHours.value,
      loglik: fit.logLikelihood,
      mttf: fit.meanHours,
      se_ln_shape: Math.sqrt(fit.covariance.lnShape),
      se_ln_scale: Math.sqrt(fit.covariance.lnScale),
      cov_ln: fit.covariance.both,
      shape_lower: fit.shape.lower,
      shape_upper: fit.shape.upper,
      scale_lower: fit.scaleHours.lower,
      scale_upper: fit.scaleHours.upper,
      exp_rate: plain.perHour.value,
      exp_loglik: plain.logLikelihood,
      lrt_shape_1: fit.againstExponential.statistic,
      lrt_p: fit.againstExponential.p,
    };
  },
  tolerance,
);

const twoStage = section(
  '6 hypoexponential',
  z.strictObject(livesShape),
  ({ times, failed }) => {
    const fit = fitTwoStage(livesOf(times, failed), 0.95);
    if (fit.kind === 'not-enough-data') return refuse('times', fit.why);
    return {
      d: fit.failures,
      rate_1: fit.slowPerHour.value,
      rate_2: fit.fastPerHour.value,
      loglik: fit.logLikelihood,
      mean: fit.meanHours.value,
      boundary: fit.finding === 'equal-rates',
    };
  },
  tolerance,
);

const eventShape = z.strictObject({
  t: z.number(),
  server: z.string(),
  event: z.enum(['start', 'unstable', 'fail', 'repair_end', 'rejuv_start', 'rejuv_end']),
});

const history = section(
  '6 history',
  z.strictObject({ events: z.array(eventShape), t_end: z.number() }),
  (input) => {
    const events = input.events.map(({ t, server, event }) => ({ atHours: t, server, event }));
    const { hours, moves, lives } = followStates(events, input.t_end);
    const rates = stateRates({ hours, moves, lives }, 0.95);
    return {
      time_healthy: hours.healthy,
      time_unstable: hours.unstable,
      time_failed: hours.failed,
      time_rejuvenating: hours.rejuvenating,
      n_age: moves['healthy to unstable'] ?? 0,
      n_fail_unstable: moves['unstable to failed'] ?? 0,
      n_fail_healthy: moves['healthy to failed'] ?? 0,
      n_rejuv_unstable: moves['unstable to rejuvenating'] ?? 0,
      n_rejuv_healthy: moves['healthy to rejuvenating'] ?? 0,
      n_repair: moves['failed to healthy'] ?? 0,
      n_rejuv_end: moves['rejuvenating to healthy'] ?? 0,
      lambda_f: rates.aging?.perHour.value ?? null,
      lambda: rates.failure?.perHour.value ?? null,
      lambda_r: rates.rejuvenationStart?.perHour.value ?? null,
      lambda_h: rates.suddenFailure?.perHour.value ?? null,
      mu: rates.repair?.perHour.value ?? null,
      mu_r: rates.rejuvenation?.perHour.value ?? null,
      lives: lives.map(({ hours: age, failed }) => ({ age, failed })),
    };
  },
  tolerance,
);

const pipeline = section(
  '6 pipeline',
  z.strictObject({
    ...livesShape,
    t_f: z.number(),
    t_r: z.number(),
    c_f: z.number(),
    c_r: z.number(),
  }),
  ({ times, failed, t_f, t_r, c_f, c_r }) => {
    const fit = fitWeibull(livesOf(times, failed), 0.95);
    if (fit.kind === 'not-enough-data') return refuse('times', fit.why);
    const [shape, scale] = [fit.shape.value, fit.scaleHours.value];
    const best = bestAge({
      life: weibullLife(shape, scale),
      repairHours: t_f,
      rejuvenationHours: t_r,
      costs: { failureDownPerHour: c_f, rejuvenationDownPerHour: c_r },
    });
    return { shape, scale, T_opt: best.hours, cost_rate_opt: best.costPerHour, kind: best.kind };
  },
  tolerance,
);

export const estimation: readonly Section[] = [exponential, weibull, twoStage, history, pipeline];
