import { z } from 'zod';
import { costOverPeriod } from '../../../src/model/cost.ts';
import { patentCluster } from '../../../src/model/patent.ts';
import { patentShape, clusterOf, namedStates } from '../patent-input.ts';
import { quantity, section } from '../section.ts';

/** ln of a probability that is exactly 0 is not defined: null in the vectors. */
const lnOrNull = (ln: number): number | null => (ln === -Infinity ? null : ln);

export const patent = section(
  '1',
  z.strictObject({ ...patentShape, lambda_r: quantity, C_f: z.number(), C_r: z.number(), T: z.number() }),
  (input) => {
    const state = patentCluster(clusterOf(input), { perHour: input.lambda_r });
    const period = costOverPeriod(
      state,
      { failureDownPerHour: input.C_f, rejuvenationDownPerHour: input.C_r },
      input.T,
    );
    const P = namedStates(state);
    return {
      availability: state.availability,
      unavailability: state.unavailability,
      P_0: state.downByFailure,
      P_r1: state.downByRejuvenation,
      P_n: P[String(input.n)],
      P_u_n: P[`u${input.n}`],
      P_r_n: P[`r${input.n}`],
      sum_P_u: state.unstable,
      sum_P_r: state.rejuvenating,
      ln_P_0: lnOrNull(state.ln(3 * input.n)),
      ln_P_n: lnOrNull(state.ln(0)),
      failure_frequency: state.failuresPerHour,
      rejuvenation_frequency: state.rejuvenationsPerHour,
      outage_frequency: state.outagesPerHour,
      downtime_T: period.downtimeHours,
      cost_T: period.cost,
      P,
    };
  },
  (field) => (field.startsWith('ln_') ? { atol: 1e-9, rtol: 1e-11 } : undefined),
);
