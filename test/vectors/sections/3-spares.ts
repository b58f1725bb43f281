import { z } from 'zod';
import { costOverPeriod } from '../../../src/model/cost.ts';
import { levelCluster } from '../../../src/model/level-cluster.ts';
import { serverCluster } from '../../../src/model/server-cluster.ts';
import { stateSpaceSize } from '../../../src/model/server-states.ts';
import type { ServiceState } from '../../../src/model/service-state.ts';
import { serversOf } from '../../../src/model/spare-cluster.ts';
import { quantity, section, type Output } from '../section.ts';
import { serviceFields, spareClusterOf, spareShape } from '../spare-input.ts';

const shape = z.strictObject({
  ...spareShape,
  lambda_r: quantity,
  C_f: z.number(),
  C_r: z.number(),
  e_f: z.number().default(0),
  e_r: z.number().default(0),
  T: z.number(),
});

function fields(state: ServiceState, input: z.output<typeof shape>): Record<string, Output> {
  const costs = {
    failureDownPerHour: input.C_f,
    rejuvenationDownPerHour: input.C_r,
    perFailure: input.e_f,
    perRejuvenation: input.e_r,
  };
  const { cost, downtimeHours } = costOverPeriod(state, costs, input.T);
  return { ...serviceFields(state), cost_T: cost, downtime_T: downtimeHours };
}

export const levels = section('3L', shape, (input) => {
  const cluster = spareClusterOf(input);
  return { ...fields(levelCluster(cluster, input.lambda_r), input), n_states: 3 * serversOf(cluster) + 1 };
});

export const servers = section('3S', shape, (input) => {
  const cluster = spareClusterOf(input);
  const state = serverCluster(cluster, input.lambda_r);
  return { ...fields(state, input), n_states: state.states, state_space_formula: stateSpaceSize(cluster) };
});
