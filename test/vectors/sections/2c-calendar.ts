import { z } from 'zod';
import { bestCalendar } from '../../../src/model/best-calendar.ts';
import { calendarCluster, calendarModel } from '../../../src/model/calendar.ts';
import { costPerHour } from '../../../src/model/cost.ts';
import { argmin, section } from '../section.ts';
import { serviceFields, spareClusterOf, spareShape } from '../spare-input.ts';

const selections = {
  uniform: 'uniform',
  unstable_first: 'unstable-first',
  unstable_only: 'unstable-only',
} as const;

export const calendar = section(
  '2c',
  z.strictObject({
    ...spareShape,
    // Between two ticks nothing is rejuvenated.
    lambda_r: z.literal(0),
    tau: z.number(),
    select: z.enum(['uniform', 'unstable_first', 'unstable_only']),
    C_f: z.number(),
    C_r: z.number(),
    e_r: z.number(),
    tau_search: z.tuple([z.number(), z.number()]).optional(),
  }),
  (input) => {
    const cluster = spareClusterOf(input);
    const selection = selections[input.select];
    const costs = {
      failureDownPerHour: input.C_f,
      rejuvenationDownPerHour: input.C_r,
      perRejuvenation: input.e_r,
    };
    const solved = calendarCluster(calendarModel(cluster, selection), input.tau);
    const fields = {
      ...serviceFields(solved),
      cost_rate: costPerHour(solved, costs),
      n_states: solved.states,
    };
    if (input.tau_search === undefined) return fields;
    const [shortestHours, longestHours] = input.tau_search;
    const best = bestCalendar(cluster, selection, costs, { shortestHours, longestHours });
    return { ...fields, tau_opt: best.hours, cost_rate_opt: best.costPerHour };
  },
  argmin('tau_opt'),
);
