import { z } from 'zod';
import { healthyAt, rejuvenatingAt, unstableAt } from '../../src/model/levels.ts';
import type { AgingCluster, ClusterState } from '../../src/model/patent.ts';

/** The rates of the patent's cluster as the vectors write them. */
export const patentShape = {
  n: z.number(),
  lambda_f: z.number(),
  lambda: z.number(),
  mu: z.number(),
  mu_r: z.number(),
};

export function clusterOf(input: {
  n: number;
  lambda_f: number;
  lambda: number;
  mu: number;
  mu_r: number;
}): AgingCluster {
  return {
    servers: input.n,
    agingPerHour: input.lambda_f,
    failurePerHour: input.lambda,
    repairPerHour: input.mu,
    restartPerHour: input.mu_r,
  };
}

/** Probabilities by the names of Fig. 3: `2`, `u2`, `r2`, ... */
export function namedStates({ servers, probabilities }: ClusterState): Record<string, number> {
  const named: Record<string, number> = { 0: probabilities[healthyAt(servers, 0)] ?? NaN };
  for (let level = 1; level <= servers; level += 1) {
    named[String(level)] = probabilities[healthyAt(servers, level)] ?? NaN;
    named[`u${level}`] = probabilities[unstableAt(servers, level)] ?? NaN;
    named[`r${level}`] = probabilities[rejuvenatingAt(servers, level)] ?? NaN;
  }
  return named;
}
