import type { AgeCosts, AgePolicy } from './age-policy.ts';
import type { Life } from './life/life.ts';
import { notNegative, share } from './refuse.ts';
import type { Switchover } from './spare-cluster.ts';

/**
 * One slot with a timer, whose spare is always ready: a failure costs the fail-over instead of the repair, a
 * rejuvenation the hand-over. An approximation for few spares; exact is the calendar on model S.
 */
export function slotPolicy(life: Life, switchover: Switchover, costs: AgeCosts): AgePolicy {
  const { coverage, failoverHours, uncoveredHours, handoverHours } = switchover;
  share('coverage', coverage);
  notNegative('failoverHours', failoverHours);
  notNegative('uncoveredHours', uncoveredHours);
  return {
    life,
    repairHours: coverage * failoverHours + (1 - coverage) * uncoveredHours,
    rejuvenationHours: handoverHours,
    costs,
  };
}
