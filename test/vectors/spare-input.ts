import { z } from 'zod';
import type { ServiceState } from '../../src/model/service-state.ts';
import type { ServerCluster } from '../../src/model/spare-cluster.ts';
import type { Output } from './section.ts';
import { quantity } from './section.ts';

/** A cluster with spares as the vectors write it; what is left out is the one-server cluster of the patent. */
export const spareShape = {
  n: z.number(),
  k: z.number().default(0),
  m: z.number().default(1),
  mode: z.enum(['AS', 'AA']).default('AS'),
  gate: z.enum(['none', 'spare']).default('none'),
  scope: z.enum(['service', 'slot']).default('service'),
  c: z.number().default(1),
  t_sw: z.number().default(0),
  t_x: z.number().default(0),
  t_psw: z.number().default(0),
  lambda_f: z.number(),
  lambda: z.number(),
  lambda_h: z.number().default(0),
  mu: z.number(),
  mu_r: z.number(),
  crews: quantity.default(1),
  rmax: quantity.default(1),
};

export function spareClusterOf(input: z.output<z.ZodObject<typeof spareShape>>): ServerCluster {
  return {
    primaries: input.n,
    spares: input.k,
    leastServing: input.m,
    mode: input.mode === 'AS' ? 'active-standby' : 'active-active',
    gate: input.gate,
    agingPerHour: input.lambda_f,
    failurePerHour: input.lambda,
    healthyFailurePerHour: input.lambda_h,
    repairPerHour: input.mu,
    restartPerHour: input.mu_r,
    crews: input.crews,
    rejuvenatedAtOnce: input.rmax,
    switchover: {
      coverage: input.c,
      failoverHours: input.t_sw,
      uncoveredHours: input.t_x,
      handoverHours: input.t_psw,
      scope: input.scope,
    },
  };
}

/** The measures of a cluster with spares by the names of the vectors. */
export function serviceFields(state: ServiceState): Record<string, Output> {
  return {
    availability: state.availability,
    unavailability: state.unavailability,
    unavailability_unplanned: state.downByFailure,
    unavailability_planned: state.downByRejuvenation,
    P_failover: state.failingOver,
    P_uncovered: state.uncovered,
    P_planned_switch: state.handingOver,
    P_all_failed: state.allFailed,
    mean_active_servers: state.servingServers,
    failure_frequency: state.failuresPerHour,
    rejuvenation_frequency: state.rejuvenationsPerHour,
    mean_failed: state.failedServers,
    mean_rejuvenating: state.rejuvenatingServers,
    mean_unstable: state.unstableServers,
  };
}
