import type { Losses } from './cost.ts';
import type { SpareCluster } from './spare-cluster.ts';

/** One state of a cluster as the service sees it. */
export interface Visit {
  /** Share of time; 0 for what only happens at an instant, as a tick of a clock does. */
  readonly share: number;
  /** Servers that work, and those that would if they were not being rejuvenated. */
  readonly working: number;
  readonly rejuvenating: number;
  readonly unstable: number;
  readonly failed: number;
  /** Failures and rejuvenations that start here, per hour of all time. */
  readonly failuresPerHour: number;
  readonly rejuvenationsPerHour: number;
}

/** What an operator asks of a cluster with spares, in the long run. */
export interface ServiceState extends Losses {
  readonly availability: number;
  readonly failingOver: number;
  readonly uncovered: number;
  readonly handingOver: number;
  readonly allFailed: number;
  /** Mean number of servers that serve while the service is up. */
  readonly servingServers: number;
  readonly failedServers: number;
  readonly rejuvenatingServers: number;
  readonly unstableServers: number;
}

/**
 * Adds up the states of a cluster. Interruptions by switch-over are phases in which everything else stands still: each
 * has the weight frequency times mean length, and all is divided by 1 + their sum. The service is up if at least m
 * servers work; downtime is planned if it would be up but for the servers that rejuvenate.
 */
export function serviceState(cluster: SpareCluster, slots: number, visits: Iterable<Visit>): ServiceState {
  const { leastServing, switchover } = cluster;
  const { coverage, failoverHours, uncoveredHours, handoverHours, scope } = switchover;
  const sum = {
    up: 0,
    unplanned: 0,
    planned: 0,
    failingOver: 0,
    uncovered: 0,
    handingOver: 0,
    allFailed: 0,
    serving: 0,
    failed: 0,
    rejuvenating: 0,
    unstable: 0,
    failures: 0,
    rejuvenations: 0,
  };
  for (const visit of visits) {
    const { share, working } = visit;
    const serving = Math.min(working, slots);
    if (working >= leastServing) {
      sum.up += share;
      sum.serving += share * serving;
    } else if (working + visit.rejuvenating >= leastServing) sum.planned += share;
    else sum.unplanned += share;
    if (working + visit.rejuvenating === 0) sum.allFailed += share;
    sum.failed += share * visit.failed;
    sum.rejuvenating += share * visit.rejuvenating;
    sum.unstable += share * visit.unstable;
    sum.failures += visit.failuresPerHour;
    sum.rejuvenations += visit.rejuvenationsPerHour;
    if (working < 2) continue; // nobody is left to take over
    const failingOver = coverage * failoverHours * visit.failuresPerHour;
    const uncovered = (1 - coverage) * uncoveredHours * visit.failuresPerHour;
    const handingOver = handoverHours * visit.rejuvenationsPerHour;
    sum.failingOver += failingOver;
    sum.uncovered += uncovered;
    sum.handingOver += handingOver;
    if (scope === 'service' || serving - 1 < leastServing) {
      sum.unplanned += failingOver + uncovered;
      sum.planned += handingOver;
    } else {
      sum.up += failingOver + uncovered + handingOver;
      sum.serving += (serving - 1) * (failingOver + uncovered + handingOver);
    }
  }
  const whole = 1 + sum.failingOver + sum.uncovered + sum.handingOver;
  return {
    availability: sum.up / whole,
    unavailability: (sum.unplanned + sum.planned) / whole,
    downByFailure: sum.unplanned / whole,
    downByRejuvenation: sum.planned / whole,
    failingOver: sum.failingOver / whole,
    uncovered: sum.uncovered / whole,
    handingOver: sum.handingOver / whole,
    allFailed: sum.allFailed / whole,
    servingServers: sum.serving / whole,
    failedServers: sum.failed / whole,
    rejuvenatingServers: sum.rejuvenating / whole,
    unstableServers: sum.unstable / whole,
    failuresPerHour: sum.failures / whole,
    rejuvenationsPerHour: sum.rejuvenations / whole,
  };
}
