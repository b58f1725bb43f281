import {
  dwellStay,
  exponentialStay,
  healthyAt,
  rejuvenatingAt,
  solveLevels,
  unstableAt,
  type UnstableStay,
} from './levels.ts';
import { count, notNegative, positiveRate, rateOrAtOnce, rateOrZero, refuse } from './refuse.ts';
import type { Distribution } from './weights.ts';

/**
 * The cluster of the patent (Fig. 3): n servers that share one age. All rates are per hour. `agingPerHour` is lambda_f,
 * `failurePerHour` lambda (of each server of an unstable cluster), `repairPerHour` mu, `restartPerHour` mu_r (1 / mean
 * time of a rejuvenation).
 */
export interface AgingCluster {
  readonly servers: number;
  readonly agingPerHour: number;
  readonly failurePerHour: number;
  readonly repairPerHour: number;
  readonly restartPerHour: number;
}

/** When an unstable cluster is rejuvenated: at an exponential rate (lambda_r; Infinity: at once), or after a fixed dwell. */
export type Trigger = { readonly perHour: number } | { readonly afterHours: number };

/** Steady state of the patent's cluster, and what an operator asks of it. */
export interface ClusterState extends Distribution {
  readonly servers: number;
  readonly availability: number;
  /** P_0 + P_r1 (equation 1), never 1 - availability. */
  readonly unavailability: number;
  /** P_0: every server failed. */
  readonly downByFailure: number;
  /** P_r1: the last working server rejuvenates. */
  readonly downByRejuvenation: number;
  readonly unstable: number;
  readonly rejuvenating: number;
  readonly failuresPerHour: number;
  readonly rejuvenationsPerHour: number;
  readonly outagesPerHour: number;
}

/** Steady state by the closed form (patent equations 1 to 7, corrected). Refuses what has no steady state. */
export function patentCluster(cluster: AgingCluster, trigger: Trigger): ClusterState {
  checkCluster(cluster);
  const stay = stayOf(cluster, trigger);
  const { servers: top, agingPerHour } = cluster;
  const distribution = solveLevels({ ...cluster, top, stay });
  const { probabilities } = distribution;
  const at = (state: number): number => probabilities[state] ?? 0;
  let [unstable, rejuvenating, fails, rejuvenates] = [0, 0, 0, 0];
  let available = at(healthyAt(top, 1)) + at(unstableAt(top, 1));
  for (let level = 1; level <= top; level += 1) {
    const [healthy, u, r] = [
      at(healthyAt(top, level)),
      at(unstableAt(top, level)),
      at(rejuvenatingAt(top, level)),
    ];
    unstable += u;
    rejuvenating += r;
    const entered = agingPerHour * healthy;
    if (entered > 0) {
      fails += entered * stay(level).fails;
      rejuvenates += entered * stay(level).rejuvenates;
    }
    if (level > 1) available += healthy + u + r;
  }
  const [downByFailure, downByRejuvenation] = [at(healthyAt(top, 0)), at(rejuvenatingAt(top, 1))];
  return {
    ...distribution,
    servers: top,
    availability: available,
    unavailability: downByFailure + downByRejuvenation,
    downByFailure,
    downByRejuvenation,
    unstable,
    rejuvenating,
    failuresPerHour: fails,
    rejuvenationsPerHour: rejuvenates,
    // Whatever leaves u_1 leads to state 0 or r_1, and what enters u_1 comes from level 1.
    outagesPerHour: agingPerHour * at(healthyAt(top, 1)),
  };
}

/** Checks everything but the trigger. */
export function checkCluster(cluster: AgingCluster): void {
  count('servers', cluster.servers, 1);
  if (cluster.servers > greatestCluster) refuse('servers', `must be at most ${greatestCluster}`);
  rateOrZero('agingPerHour', cluster.agingPerHour);
  rateOrZero('failurePerHour', cluster.failurePerHour);
  positiveRate('repairPerHour', cluster.repairPerHour);
  positiveRate('restartPerHour', cluster.restartPerHour);
}

const greatestCluster = 1_000_000;

function stayOf(cluster: AgingCluster, trigger: Trigger): (level: number) => UnstableStay {
  const failures = (level: number): number => level * cluster.failurePerHour;
  if ('perHour' in trigger) {
    const rate = rateOrAtOnce('rejuvenationPerHour', trigger.perHour);
    return (level) => exponentialStay(rate, failures(level));
  }
  const dwell = trigger.afterHours === Infinity ? Infinity : notNegative('dwellHours', trigger.afterHours);
  return (level) => dwellStay(dwell, failures(level));
}
