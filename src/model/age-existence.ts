import { cycleCosts, type AgePolicy } from './age-policy.ts';
import { hypoexponentialLife } from './life/hypoexponential.ts';

/** Whether a timer is worth setting on a two-phase life, and why, as two numbers to compare. */
export interface Existence {
  readonly exists: boolean;
  /** What speaks for a timer and what against it; it exists if the first is larger. */
  readonly forIt: number;
  readonly againstIt: number;
}

/**
 * The exact condition for a finite best timer on a life in two phases without costs of the degraded phase:
 * k_f (rho + l_m t_r) > k_r (1 + rho + l_m t_f), with l_m the smaller and rho the smaller over the larger of both rates.
 * For availability alone this is t_r / t_f < rho / (1 + rho). It is the sign of G at infinity (docs/model.md 4.1).
 */
export function finiteTimerExists(
  policy: Omit<AgePolicy, 'life' | 'clockFreeHours'> & {
    readonly agingPerHour: number;
    readonly failurePerHour: number;
  },
): Existence {
  const { agingPerHour, failurePerHour } = policy;
  const life = hypoexponentialLife(agingPerHour, failurePerHour);
  const { perFailure, perRejuvenation, repairHours, rejuvenationHours } = cycleCosts({ ...policy, life });
  const slower = Math.min(agingPerHour, failurePerHour);
  const ratio = slower / Math.max(agingPerHour, failurePerHour);
  const forIt = perFailure * (ratio + slower * rejuvenationHours);
  const againstIt = perRejuvenation * (1 + ratio + slower * repairHours);
  return { exists: forIt > againstIt, forIt, againstIt };
}
