import { z } from 'zod';
import { bestSharedRate } from '../../../src/model/best-shared-rate.ts';
import { costPerHour } from '../../../src/model/cost.ts';
import { serverCluster } from '../../../src/model/server-cluster.ts';
import { argmin, section } from '../section.ts';
import { spareClusterOf, spareShape } from '../spare-input.ts';

export const sharedRate = section(
  '2d',
  z.strictObject({ ...spareShape, C_f: z.number(), C_r: z.number() }),
  (input) => {
    const cluster = spareClusterOf(input);
    const costs = { failureDownPerHour: input.C_f, rejuvenationDownPerHour: input.C_r };
    const costAt = (gate: 'none' | 'spare', perHour: number): number =>
      costPerHour(serverCluster({ ...cluster, gate }, perHour), costs);
    const best = bestSharedRate(cluster, costs, 1e-6, 1e6);
    return {
      lambda_r_opt: best.perHour,
      cost_rate_opt: best.costPerHour,
      cost_rate_at_0: costAt(cluster.gate, 0),
      cost_rate_at_1e6: costAt(cluster.gate, 1e6),
      cost_rate_at_opt_with_gate_spare: costAt('spare', best.perHour),
    };
  },
  argmin('lambda_r_opt'),
);
