import { notNegative, positive, refuse } from './refuse.ts';

/** What downtime costs per hour (C_f, C_r) and, beside it, each event (e_f, e_r; 0 unless given), in one currency. */
export interface Costs {
  readonly failureDownPerHour: number;
  readonly rejuvenationDownPerHour: number;
  readonly perFailure?: number;
  readonly perRejuvenation?: number;
}

/** The long-run shares of time and frequencies that a cost is made of. */
export interface Losses {
  readonly unavailability: number;
  readonly downByFailure: number;
  readonly downByRejuvenation: number;
  readonly failuresPerHour: number;
  readonly rejuvenationsPerHour: number;
}

export interface Period {
  readonly downtimeHours: number;
  readonly cost: number;
}

/** Refuses negative and infinite costs, and costs that are all zero. */
export function checkCosts(costs: Costs): void {
  notNegative('failureDownPerHour', costs.failureDownPerHour);
  notNegative('rejuvenationDownPerHour', costs.rejuvenationDownPerHour);
  notNegative('perFailure', costs.perFailure ?? 0);
  notNegative('perRejuvenation', costs.perRejuvenation ?? 0);
  const { failureDownPerHour, rejuvenationDownPerHour, perFailure, perRejuvenation } = costs;
  if (failureDownPerHour + rejuvenationDownPerHour + (perFailure ?? 0) + (perRejuvenation ?? 0) === 0) {
    refuse('costs', 'are all 0, so that every schedule would cost the same');
  }
}

/** Cost per hour in the long run. */
export function costPerHour(losses: Losses, costs: Costs): number {
  return (
    costs.failureDownPerHour * losses.downByFailure +
    costs.rejuvenationDownPerHour * losses.downByRejuvenation +
    (costs.perFailure ?? 0) * losses.failuresPerHour +
    (costs.perRejuvenation ?? 0) * losses.rejuvenationsPerHour
  );
}

/** Downtime and cost expected over a period (patent equations 2 and 3, with costs per event beside them). */
export function costOverPeriod(losses: Losses, costs: Costs, hours: number): Period {
  checkCosts(costs);
  positive('hours', hours);
  return { downtimeHours: losses.unavailability * hours, cost: costPerHour(losses, costs) * hours };
}
