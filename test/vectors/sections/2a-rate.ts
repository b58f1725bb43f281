import { z } from 'zod';
import { bestPatentRate, lastServerRule } from '../../../src/model/best-patent-rate.ts';
import { costPerHour } from '../../../src/model/cost.ts';
import { patentCluster } from '../../../src/model/patent.ts';
import { clusterOf, patentShape } from '../patent-input.ts';
import { argmin, quantity, section, type Output } from '../section.ts';

const shape = z.strictObject({ ...patentShape, C_f: z.number(), C_r: z.number(), lambda_r_max: quantity });

function level1(input: z.output<typeof shape>): Output {
  if (input.n === 1 || input.lambda_r_max === Infinity) return undefined;
  const costs = { failureDownPerHour: input.C_f, rejuvenationDownPerHour: input.C_r };
  const rule = lastServerRule(clusterOf(input), costs, input.lambda_r_max);
  return {
    K: rule.weightAbove,
    level1_rejuvenate: rule.rejuvenate,
    cost_rate_level1_on: rule.costIfOn,
    cost_rate_level1_off: rule.costIfOff,
  };
}

export const rate = section(
  '2a',
  shape,
  (input) => {
    const cluster = clusterOf(input);
    const costs = { failureDownPerHour: input.C_f, rejuvenationDownPerHour: input.C_r };
    const best = bestPatentRate(cluster, costs, input.lambda_r_max);
    const atCap = patentCluster(cluster, { perHour: input.lambda_r_max });
    return {
      cost_rate_at_0: best.costAtZero,
      cost_rate_at_inf: best.costAtOnce,
      dcost_dlambda_r_at_0: best.slopeAtZero,
      shape: best.shape,
      lambda_r_worst: best.worst?.perHour ?? null,
      cost_rate_at_worst: best.worst?.costPerHour ?? null,
      lambda_r_breakeven: best.breakEvenPerHour,
      cost_rate_at_lambda_r_max: costPerHour(atCap, costs),
      lambda_r_opt: best.best === 'any' ? 'any' : best.perHour,
      cost_rate_opt: best.costPerHour,
      level1: level1(input),
    };
  },
  argmin('lambda_r_worst', 'lambda_r_breakeven'),
);
