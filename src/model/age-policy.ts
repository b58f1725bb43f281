import { checkCosts, type Costs } from './cost.ts';
import type { Life } from './life/life.ts';
import { notNegative, refuse } from './refuse.ts';

/** Costs of one server; beside the others, what an hour in the degraded phase costs (c_u, 0 unless given). */
export interface AgeCosts extends Costs {
  readonly degradedPerHour?: number;
}

/**
 * One server with a timer that is set anew at each (re)start: it runs until it fails or the timer fires, then it is
 * repaired or rejuvenated. Only the means of both down times matter (renewal reward theorem; R. E. Barlow, F. Proschan,
 * Mathematical Theory of Reliability, 1965, chapter 4; docs/model.md 4.1).
 */
export interface AgePolicy {
  readonly life: Life;
  /** Mean down time of a failure (t_f) and of a rejuvenation (t_r). */
  readonly repairHours: number;
  readonly rejuvenationHours: number;
  /** Mean time before the clock starts (m_0): 0 for a timer, the mean healthy time for a clock started by a monitor. */
  readonly clockFreeHours?: number;
  /** Left out: the cost is the unavailability. */
  readonly costs?: AgeCosts;
}

/** Cost per failure (k_f), per rejuvenation (k_r) and per degraded hour (c_u), with the down times. */
export interface CycleCosts {
  readonly perFailure: number;
  readonly perRejuvenation: number;
  readonly degradedPerHour: number;
  readonly repairHours: number;
  readonly rejuvenationHours: number;
  readonly clockFreeHours: number;
}

/** k_f = c_f t_f + e_f and k_r = c_r t_r + e_r, with everything checked. */
export function cycleCosts(policy: AgePolicy): CycleCosts {
  const costs: AgeCosts = policy.costs ?? downtimeOnly;
  checkCosts(costs);
  notNegative('repairHours', policy.repairHours);
  notNegative('rejuvenationHours', policy.rejuvenationHours);
  notNegative('clockFreeHours', policy.clockFreeHours ?? 0);
  notNegative('degradedPerHour', costs.degradedPerHour ?? 0);
  if ((costs.degradedPerHour ?? 0) > 0 && policy.life.degraded === null) {
    refuse('degradedPerHour', 'needs a life in two phases');
  }
  return {
    perFailure: costs.failureDownPerHour * policy.repairHours + (costs.perFailure ?? 0),
    perRejuvenation: costs.rejuvenationDownPerHour * policy.rejuvenationHours + (costs.perRejuvenation ?? 0),
    degradedPerHour: costs.degradedPerHour ?? 0,
    repairHours: policy.repairHours,
    rejuvenationHours: policy.rejuvenationHours,
    clockFreeHours: policy.clockFreeHours ?? 0,
  };
}

/** One currency unit per hour of downtime: the cost per hour is the unavailability. */
export const downtimeOnly: Costs = { failureDownPerHour: 1, rejuvenationDownPerHour: 1 };

/**
 * Cost per hour in the long run with the timer at `hours` (Infinity: never; 0: at once):
 * [k_f F + k_r R + c_u V] / [m_0 + M + t_f F + t_r R].
 */
export function ageCost(policy: AgePolicy, hours: number): number {
  return costOfCycle(policy.life, cycleCosts(policy), hours);
}

/** Share of time down with the timer at `hours`. */
export function ageUnavailability(policy: AgePolicy, hours: number): number {
  return ageCost({ ...policy, costs: downtimeOnly }, hours);
}

/** As `ageCost`, from costs that are checked already. */
export function costOfCycle(life: Life, cycle: CycleCosts, hours: number): number {
  if (hours !== Infinity) notNegative('hours', hours);
  const [failed, survives] = [life.failed(hours), life.survives(hours)];
  const cost =
    cycle.perFailure * failed +
    cycle.perRejuvenation * survives +
    (cycle.degradedPerHour > 0 ? cycle.degradedPerHour * (life.degraded?.hours(hours) ?? 0) : 0);
  const length =
    cycle.clockFreeHours +
    life.lived(hours) +
    cycle.repairHours * failed +
    cycle.rejuvenationHours * survives;
  // With nothing to pay and no time lost, ever shorter cycles cost k_f F / M, which becomes k_f h(0).
  if (length === 0 && cost === 0) return cycle.perFailure === 0 ? 0 : cycle.perFailure * life.hazard(0);
  return cost / length;
}

/** How a server under the timer spends its time, of a life in two phases. The five shares sum to 1. */
export interface AgeShares {
  readonly healthy: number;
  readonly degraded: number;
  readonly failed: number;
  readonly rejuvenatingHealthy: number;
  readonly rejuvenatingDegraded: number;
}

/** Shares of time with the timer at `hours`. Refuses a life without phases. */
export function ageShares(policy: AgePolicy, hours: number): AgeShares {
  const { life } = policy;
  const { degraded } = life;
  if (degraded === null) return refuse('life', 'must have two phases');
  const { repairHours, rejuvenationHours, clockFreeHours } = cycleCosts(policy);
  const failing = repairHours * life.failed(hours);
  const resting = [degraded.healthyAt(hours), degraded.degradedAt(hours)].map((p) => p * rejuvenationHours);
  const [rejuvenatingHealthy = 0, rejuvenatingDegraded = 0] = resting;
  const [lived, worn] = [clockFreeHours + life.lived(hours), degraded.hours(hours)];
  const length = lived + failing + rejuvenatingHealthy + rejuvenatingDegraded;
  return {
    healthy: (lived - worn) / length,
    degraded: worn / length,
    failed: failing / length,
    rejuvenatingHealthy: rejuvenatingHealthy / length,
    rejuvenatingDegraded: rejuvenatingDegraded / length,
  };
}
