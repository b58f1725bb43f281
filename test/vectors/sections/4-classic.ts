import { z } from 'zod';
import { ageShares, ageUnavailability, type AgePolicy } from '../../../src/model/age-policy.ts';
import { bestAge } from '../../../src/model/best-age.ts';
import { costOverPeriod } from '../../../src/model/cost.ts';
import { hypoexponentialLife } from '../../../src/model/life/hypoexponential.ts';
import { patentCluster } from '../../../src/model/patent.ts';
import { lifeOf, lifeShape } from '../life-input.ts';
import { argmin, section } from '../section.ts';

/** A rate as `1/168`, or as a plain number in quotes. */
const fraction = z.string().transform((text, context) => {
  const [, above, below = '1'] = /^([\d.]+)(?:\/([\d.]+))?$/.exec(text) ?? [];
  const value = Number(above) / Number(below);
  if (!Number.isFinite(value)) context.addIssue({ code: 'custom', message: `not a fraction: ${text}` });
  return value;
});

/** Huang, Kintala, Kolettis, Fulton 1995: the patent's chain for one server. */
export const huang = section(
  '4 huang4',
  z.strictObject({
    model: z.literal('huang4'),
    L: z.number(),
    lambda: fraction,
    r1: fraction,
    r2: fraction,
    r3: fraction,
    r4: fraction,
    c_f: z.number(),
    c_r: z.number(),
    fractions: z.string(),
  }),
  (input) => {
    const cluster = {
      servers: 1,
      agingPerHour: input.r2,
      failurePerHour: input.lambda,
      repairPerHour: input.r1,
      restartPerHour: input.r3,
    };
    const state = patentCluster(cluster, { perHour: input.r4 });
    const costs = { failureDownPerHour: input.c_f, rejuvenationDownPerHour: input.c_r };
    const { downtimeHours, cost } = costOverPeriod(state, costs, input.L);
    return {
      P_0_robust: state.probabilities[0],
      P_P: state.unstable,
      P_F: state.downByFailure,
      P_R: state.downByRejuvenation,
      downtime_L: downtimeHours,
      cost_L: cost,
    };
  },
);

/** Garg et al. 1995, German 2000: a deterministic clock. The model knows no unit of time, so minutes do as well. */
export const clock = section(
  '4 age',
  z.strictObject({
    model: z.literal('age'),
    time_unit: z.literal('min'),
    lambda_f: fraction,
    lambda: fraction,
    T: z.number().optional(),
    t_f: z.number(),
    t_r: z.number(),
  }),
  (input) => {
    const policy: AgePolicy = {
      life: hypoexponentialLife(input.lambda_f, input.lambda),
      repairHours: input.t_f,
      rejuvenationHours: input.t_r,
    };
    const best = bestAge(policy);
    const shares = ageShares(policy, input.T ?? best.hours);
    return {
      P_failed: shares.failed,
      P_rejuv_degraded: shares.rejuvenatingDegraded,
      P_up_degraded: shares.degraded,
      P_rejuv_up: shares.rejuvenatingHealthy,
      P_up_healthy: shares.healthy,
      T_opt: best.hours,
      unavailability_opt: best.costPerHour,
      unavailability_T_inf: ageUnavailability(policy, Infinity),
    };
  },
  argmin('T_opt'),
);

/** Dohi, Goseva-Popstojanova, Trivedi: the clock starts where failures become probable. */
export const dwellClock = section(
  '4 dwell',
  z.strictObject({
    model: z.literal('dwell'),
    dist: lifeShape,
    m0: z.number(),
    t_f: z.number(),
    t_r: z.number(),
  }),
  (input) => {
    const best = bestAge({
      life: lifeOf(input.dist),
      repairHours: input.t_f,
      rejuvenationHours: input.t_r,
      clockFreeHours: input.m0,
    });
    return {
      T_opt: best.hours,
      unavailability_opt: best.costPerHour,
      availability_opt: 1 - best.costPerHour,
    };
  },
  argmin('T_opt'),
);
