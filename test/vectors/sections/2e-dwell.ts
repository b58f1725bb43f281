import { z } from 'zod';
import { costOverPeriod } from '../../../src/model/cost.ts';
import { patentCluster } from '../../../src/model/patent.ts';
import { clusterOf, patentShape } from '../patent-input.ts';
import { quantity, section } from '../section.ts';

export const dwell = section(
  '2e',
  z.strictObject({ ...patentShape, dwell: quantity, C_f: z.number(), C_r: z.number(), T: z.number() }),
  (input) => {
    const state = patentCluster(clusterOf(input), { afterHours: input.dwell });
    const costs = { failureDownPerHour: input.C_f, rejuvenationDownPerHour: input.C_r };
    return {
      unavailability: state.unavailability,
      P_0: state.downByFailure,
      P_r1: state.downByRejuvenation,
      P_n: state.probabilities[0],
      sum_P_u: state.unstable,
      sum_P_r: state.rejuvenating,
      cost_T: costOverPeriod(state, costs, input.T).cost,
    };
  },
);
