import { checkCosts, costPerHour, type Costs } from './cost.ts';
import { innerMinimum, sampled, type Minimum } from './minimum.ts';
import { positiveRate, refuse } from './refuse.ts';
import { serverCluster } from './server-cluster.ts';
import type { ServerCluster } from './spare-cluster.ts';

/**
 * The best exponential rate shared by all states of model S. It is not a schedule: a rate in between is only best
 * because one number has to serve for all states, and some on/off rule by state is at least as good. Show it beside
 * the others and labelled, if at all.
 */
export interface SharedRate {
  readonly kind: 'interior' | 'never' | 'fastest';
  readonly perHour: number;
  readonly costPerHour: number;
}

/** The rate from `slowestPerHour` to `fastestPerHour`, or 0, with the least cost. Minima are scanned for and refined. */
export function bestSharedRate(
  cluster: ServerCluster,
  costs: Costs,
  slowestPerHour: number,
  fastestPerHour: number,
): SharedRate {
  checkCosts(costs);
  positiveRate('slowestPerHour', slowestPerHour);
  positiveRate('fastestPerHour', fastestPerHour);
  if (fastestPerHour <= slowestPerHour) refuse('fastestPerHour', 'must be above slowestPerHour');
  const cost = (perHour: number): number => costPerHour(serverCluster(cluster, perHour), costs);
  const samples = sampled(cost, slowestPerHour, fastestPerHour, perDecade);
  const inner = innerMinimum(cost, samples);
  const last: Minimum | undefined = samples.at(-1);
  const candidates: SharedRate[] = [{ kind: 'never', perHour: 0, costPerHour: cost(0) }];
  if (last !== undefined) candidates.push({ kind: 'fastest', perHour: last.at, costPerHour: last.value });
  if (inner !== null) candidates.push({ kind: 'interior', perHour: inner.at, costPerHour: inner.value });
  return candidates.reduce((best, one) => (one.costPerHour < best.costPerHour ? one : best));
}

const perDecade = 8;
