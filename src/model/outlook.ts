import { costOverPeriod, type Costs, type Losses } from './cost.ts';
import { levelCluster } from './level-cluster.ts';
import { patentCluster, type AgingCluster, type Trigger } from './patent.ts';
import { serverCluster, type RejuvenationRule } from './server-cluster.ts';
import type { ServerCluster, SpareCluster } from './spare-cluster.ts';

/** What to expect of a period. */
export interface Outlook {
  readonly availability: number;
  readonly unavailability: number;
  readonly downtimeHours: number;
  readonly cost: number;
}

/** A cluster, and beside it the same one that is never rejuvenated. */
export interface Outlooks {
  readonly present: Outlook;
  readonly without: Outlook;
}

export function outlook(
  state: Losses & { readonly availability: number },
  costs: Costs,
  hours: number,
): Outlook {
  const { availability, unavailability } = state;
  return { availability, unavailability, ...costOverPeriod(state, costs, hours) };
}

/** The patent's cluster over a period. @throws RejuvError `model-reducible` if nothing fails. */
export function patentOutlooks(
  cluster: AgingCluster,
  trigger: Trigger,
  costs: Costs,
  hours: number,
): Outlooks {
  return {
    present: outlook(patentCluster(cluster, trigger), costs, hours),
    without: outlook(patentCluster(cluster, { perHour: 0 }), costs, hours),
  };
}

/** Model L over a period. */
export function levelOutlooks(
  cluster: SpareCluster,
  rejuvenationPerHour: number,
  costs: Costs,
  hours: number,
): Outlooks {
  return {
    present: outlook(levelCluster(cluster, rejuvenationPerHour), costs, hours),
    without: outlook(levelCluster(cluster, 0), costs, hours),
  };
}

/** Model S over a period. */
export function serverOutlooks(
  cluster: ServerCluster,
  rule: RejuvenationRule,
  costs: Costs,
  hours: number,
): Outlooks {
  return {
    present: outlook(serverCluster(cluster, rule), costs, hours),
    without: outlook(serverCluster(cluster, 0), costs, hours),
  };
}
