import { checkCosts } from './cost.ts';
import { exponentialStay, healthyAt, rejuvenatingAt, solveLevels } from './levels.ts';
import { costAtRate, type DownCosts, type RateCost } from './patent-slope.ts';
import type { AgingCluster } from './patent.ts';
import { greatestRate, leastRate, positiveRate, rateOrAtOnce, refuse } from './refuse.ts';
import { findRoot } from './special/find-root.ts';

/**
 * The best exponential rejuvenation rate (lambda_r) of the patent's cluster. It is never a rate in between: the cost
 * falls all the way, rises all the way, or rises to a maximum and then falls. So this is no schedule; it says whether to
 * rejuvenate an unstable server at once ("on detection") or not at all (docs/model.md 4.3).
 */
export interface PatentRate {
  readonly best: 'never' | 'at once' | 'at the cap' | 'any';
  /** 0, Infinity, the cap, or 0 for `any`. */
  readonly perHour: number;
  readonly costPerHour: number;
  readonly costAtZero: number;
  readonly costAtOnce: number;
  readonly slopeAtZero: number;
  /** Of the cost over the rate. */
  readonly shape: 'decreasing' | 'increasing' | 'constant' | 'up_then_down';
  /** Where the cost is highest, and the rate that costs as much as none; both null unless it rises first. */
  readonly worst: { readonly perHour: number; readonly costPerHour: number } | null;
  readonly breakEvenPerHour: number | null;
}

/** Rates that differ from a tie by less than this, relatively, are a tie. */
const tie = 1e-12;

/** The best rate from 0 to `capPerHour` (Infinity: at once). Needs aging and failures: both rates above 0. */
export function bestPatentRate(cluster: AgingCluster, costs: DownCosts, capPerHour: number): PatentRate {
  check(cluster, costs);
  rateOrAtOnce('capPerHour', capPerHour);
  const at = (perHour: number): RateCost => costAtRate(cluster, costs, perHour);
  const [atZero, atOnce, atCap] = [at(0), at(Infinity), at(capPerHour)];
  const worst = cluster.servers > 1 && atZero.lnSlope > 0 ? worstRate(cluster, at) : null;
  const shape = shapeOf(cluster, costs, worst);
  const common = {
    costAtZero: atZero.cost,
    costAtOnce: atOnce.cost,
    slopeAtZero: shape === 'constant' ? 0 : atZero.lnSlope * atZero.cost,
    shape,
    worst: worst === null ? null : { perHour: worst, costPerHour: at(worst).cost },
    breakEvenPerHour: worst === null ? null : breakEven(at, worst),
  };
  if (shape === 'constant') return { ...common, best: 'any', perHour: 0, costPerHour: atZero.cost };
  if (atCap.lnCost < atZero.lnCost) {
    const best = capPerHour === Infinity ? 'at once' : 'at the cap';
    return { ...common, best, perHour: capPerHour, costPerHour: atCap.cost };
  }
  return { ...common, best: 'never', perHour: 0, costPerHour: atZero.cost };
}

/** Whether rejuvenating the last working server pays, if all others are rejuvenated at `perHour` anyway. */
export interface LastServerRule {
  readonly rejuvenate: boolean;
  /** K: the weight of all states above level 1, relative to level 1. */
  readonly weightAbove: number;
  readonly costIfOn: number;
  readonly costIfOff: number;
}

/** C_f l ((K+1) mu_r + lf) > C_r ((K+1) l mu + lf mu + l lf): rejuvenate at level 1 too. */
export function lastServerRule(cluster: AgingCluster, costs: DownCosts, perHour: number): LastServerRule {
  check(cluster, costs);
  positiveRate('rejuvenationPerHour', perHour);
  const { servers: top, failurePerHour, repairPerHour, restartPerHour, agingPerHour } = cluster;
  const [on, off] = [perHour, 0].map((atLast) => {
    const stay = (level: number) => exponentialStay(level === 1 ? atLast : perHour, level * failurePerHour);
    return solveLevels({ ...cluster, top, stay }).probabilities;
  });
  const costOf = (probabilities: Float64Array | undefined): number =>
    costs.failureDownPerHour * (probabilities?.[healthyAt(top, 0)] ?? 0) +
    costs.rejuvenationDownPerHour * (probabilities?.[rejuvenatingAt(top, 1)] ?? 0);
  const above = on?.slice(0, healthyAt(top, 1)).reduce((sum, p) => sum + p, 0) ?? 0;
  const weightAbove = above / (on?.[healthyAt(top, 1)] ?? 1);
  return {
    rejuvenate:
      costs.failureDownPerHour * failurePerHour * ((weightAbove + 1) * restartPerHour + agingPerHour) >
      costs.rejuvenationDownPerHour *
        ((weightAbove + 1) * failurePerHour * repairPerHour +
          agingPerHour * repairPerHour +
          failurePerHour * agingPerHour),
    weightAbove,
    costIfOn: costOf(on),
    costIfOff: costOf(off),
  };
}

function check(cluster: AgingCluster, costs: DownCosts): void {
  checkCosts(costs);
  if (costs.failureDownPerHour === 0) {
    refuse('failureDownPerHour', 'must be above 0: without it, nothing speaks for rejuvenation');
  }
  positiveRate('agingPerHour', cluster.agingPerHour);
  positiveRate('failurePerHour', cluster.failurePerHour);
}

function shapeOf(cluster: AgingCluster, costs: DownCosts, worst: number | null): PatentRate['shape'] {
  const { servers, agingPerHour: lf, failurePerHour: l, repairPerHour: mu, restartPerHour: mur } = cluster;
  if (servers > 1) return worst === null ? 'decreasing' : 'up_then_down';
  const forIt = costs.failureDownPerHour * l * (mur + lf);
  const againstIt = costs.rejuvenationDownPerHour * (l * mu + lf * mu + l * lf);
  if (Math.abs(forIt - againstIt) <= tie * Math.max(forIt, againstIt)) return 'constant';
  return forIt > againstIt ? 'decreasing' : 'increasing';
}

/**
 * The maximum of the cost: its slope changes sign once, from + to -. Null where it rises at no rate in range: then a
 * slope above zero at 0 is rounding.
 */
function worstRate(cluster: AgingCluster, at: (perHour: number) => RateCost): number | null {
  const slope = (ln: number): number => at(Math.exp(ln)).lnSlope;
  let [low, high] = [Math.log(cluster.failurePerHour), Math.log(cluster.failurePerHour)];
  while (slope(low) <= 0) {
    if (low === lnLeast) return null;
    low = Math.max(low - 2, lnLeast);
  }
  while (slope(high) >= 0) {
    if (high === lnGreatest) return Math.exp(lnGreatest);
    high = Math.min(high + 2, lnGreatest);
  }
  return Math.exp(findRoot(slope, low, high, 1e-13));
}

/** The rate beyond the maximum at which the cost is back where it was without rejuvenation; null if it is out of range. */
function breakEven(at: (perHour: number) => RateCost, worstPerHour: number): number | null {
  const { lnCost } = at(0);
  const excess = (ln: number): number => at(Math.exp(ln)).lnCost - lnCost;
  const low = Math.log(worstPerHour);
  let high = low + 1;
  while (excess(high) > 0) {
    high += 2;
    if (high > lnGreatest) return null;
  }
  return Math.exp(findRoot(excess, low, high, 1e-13));
}

// A little inside of the range of rates, so that no rounding leads out of it.
const lnLeast = Math.log(2 * leastRate);
const lnGreatest = Math.log(greatestRate / 2);

/** The verdict as a sentence. */
export function rateInWords({ best }: PatentRate): string {
  switch (best) {
    case 'never':
      return 'do not rejuvenate';
    case 'at once':
    case 'at the cap':
      return 'rejuvenate an unstable server as soon as possible';
    case 'any':
      return 'rejuvenation makes no difference';
  }
}
