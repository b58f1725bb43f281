import { z } from 'zod';
import { ageCost, ageUnavailability, type AgePolicy } from '../../../src/model/age-policy.ts';
import { bestAge } from '../../../src/model/best-age.ts';
import { independentUnavailability } from '../../../src/model/independent-servers.ts';
import { lifeOf, lifeShape } from '../life-input.ts';
import { argmin, quantity, section, type Output } from '../section.ts';

const policyShape = {
  dist: lifeShape,
  t_f: z.number(),
  t_r: z.number(),
  m0: z.number().default(0),
  c_f: z.number().default(1),
  c_r: z.number().default(1),
  c_u: z.number().default(0),
  e_f: z.number().default(0),
  e_r: z.number().default(0),
};
const oneServer = z.strictObject({ ...policyShape, T_eval: z.array(quantity) });
const severalServers = z.strictObject({ ...policyShape, N: z.number(), m: z.number(), T: quantity });

function policyOf(input: z.output<z.ZodObject<typeof policyShape>>): AgePolicy {
  return {
    life: lifeOf(input.dist),
    repairHours: input.t_f,
    rejuvenationHours: input.t_r,
    clockFreeHours: input.m0,
    costs: {
      failureDownPerHour: input.c_f,
      rejuvenationDownPerHour: input.c_r,
      perFailure: input.e_f,
      perRejuvenation: input.e_r,
      degradedPerHour: input.c_u,
    },
  };
}

function best(input: z.output<typeof oneServer>): Output {
  const policy = policyOf(input);
  const { life } = policy;
  const interval = bestAge(policy);
  return {
    T_opt: interval.hours,
    cost_rate_opt: interval.costPerHour,
    kind: interval.kind,
    cost_rate_T_0: ageCost(policy, 0),
    cost_rate_T_inf: ageCost(policy, Infinity),
    unavailability_T_opt: ageUnavailability(policy, interval.hours),
    unavailability_T_inf: ageUnavailability(policy, Infinity),
    hazard_at_T_opt: life.hazard(interval.hours),
    eval: input.T_eval.map((T) => ({
      T,
      F: life.failed(T),
      R: life.survives(T),
      M: life.lived(T),
      cost_rate: ageCost(policy, T),
      unavailability: ageUnavailability(policy, T),
    })),
  };
}

function several(input: z.output<typeof severalServers>): Output {
  const policy = policyOf(input);
  return {
    server_unavailability: ageUnavailability(policy, input.T),
    service_unavailability: independentUnavailability(policy, input.T, input.N, input.m),
  };
}

export const age = section(
  '2b',
  z.union([oneServer, severalServers]),
  (input) => ('N' in input ? several(input) : best(input)),
  argmin('T_opt'),
);
