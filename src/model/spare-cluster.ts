import { count, countOrAll, notNegative, positiveRate, rateOrZero, refuse, share } from './refuse.ts';

/** What a switch-over costs in time. "Service": every interruption stops all; "slot": only the slot that is taken over. */
export interface Switchover {
  /** Probability that a failure is noticed and taken over by itself (coverage, c). */
  readonly coverage: number;
  /** Mean interruption by a covered failure (t_sw), by an uncovered one (t_x), by a planned hand-over (t_psw). */
  readonly failoverHours: number;
  readonly uncoveredHours: number;
  readonly handoverHours: number;
  readonly scope: 'service' | 'slot';
}

/** n primaries and k spares, of which at least m must serve. Rates are per hour and as in patent.ts. */
export interface SpareCluster {
  readonly primaries: number;
  readonly spares: number;
  readonly leastServing: number;
  /** Active/standby: the spares wait, cold and healthy. Active/active: all serve. */
  readonly mode: 'active-standby' | 'active-active';
  /** `spare`: rejuvenate only if a spare can take over (patent, step S102); `none`: whenever it is due. */
  readonly gate: 'none' | 'spare';
  readonly agingPerHour: number;
  readonly failurePerHour: number;
  readonly repairPerHour: number;
  readonly restartPerHour: number;
  readonly switchover: Switchover;
}

/** A spare cluster seen server by server (model S). */
export interface ServerCluster extends SpareCluster {
  /** Failures of a server that is not unstable (lambda_h): hardware, operators. */
  readonly healthyFailurePerHour: number;
  /** Servers repaired at the same time. Infinity: all. */
  readonly crews: number;
  /** Servers rejuvenated at the same time (rmax). Infinity: all. */
  readonly rejuvenatedAtOnce: number;
}

/** Instant and perfect switch-over. */
export const instantSwitchover: Switchover = {
  coverage: 1,
  failoverHours: 0,
  uncoveredHours: 0,
  handoverHours: 0,
  scope: 'service',
};

export const serversOf = ({ primaries, spares }: SpareCluster): number => primaries + spares;

/** How many servers can serve at the same time. */
export const slotsOf = (cluster: SpareCluster): number =>
  cluster.mode === 'active-active' ? serversOf(cluster) : cluster.primaries;

/** Whether the gate lets a rejuvenation start while this many servers work. */
export function gateOpen(cluster: SpareCluster, working: number): boolean {
  if (cluster.gate === 'none') return true;
  return cluster.mode === 'active-active'
    ? working - 1 >= cluster.leastServing
    : working >= cluster.primaries + 1;
}

export function checkSpareCluster(cluster: SpareCluster): void {
  count('primaries', cluster.primaries, 1);
  count('spares', cluster.spares, 0);
  count('leastServing', cluster.leastServing, 1);
  const all = serversOf(cluster);
  if (all > greatestCluster) refuse('primaries', `and spares together must be at most ${greatestCluster}`);
  if (cluster.leastServing > all) {
    refuse('leastServing', `is ${cluster.leastServing}, but there are only ${all} servers`);
  }
  if (cluster.leastServing > slotsOf(cluster)) {
    refuse(
      'leastServing',
      `is ${cluster.leastServing}, but in active/standby only the ${cluster.primaries} primaries' places serve`,
    );
  }
  rateOrZero('agingPerHour', cluster.agingPerHour);
  rateOrZero('failurePerHour', cluster.failurePerHour);
  positiveRate('repairPerHour', cluster.repairPerHour);
  positiveRate('restartPerHour', cluster.restartPerHour);
  share('coverage', cluster.switchover.coverage);
  notNegative('failoverHours', cluster.switchover.failoverHours);
  notNegative('uncoveredHours', cluster.switchover.uncoveredHours);
  notNegative('handoverHours', cluster.switchover.handoverHours);
}

export function checkServerCluster(cluster: ServerCluster): void {
  checkSpareCluster(cluster);
  rateOrZero('healthyFailurePerHour', cluster.healthyFailurePerHour);
  countOrAll('crews', cluster.crews, 1);
  countOrAll('rejuvenatedAtOnce', cluster.rejuvenatedAtOnce, 1);
}

const greatestCluster = 1_000_000;
