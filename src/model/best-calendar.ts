import { calendarCluster, calendarDoublings, calendarModel, type CalendarModel } from './calendar.ts';
import { checkCosts, costPerHour, type Costs } from './cost.ts';
import type { Interval } from './interval.ts';
import { innerMinimum, type Minimum } from './minimum.ts';
import { positive, refuse } from './refuse.ts';
import { serverCluster, type SolvedCluster } from './server-cluster.ts';
import type { ServerCluster } from './spare-cluster.ts';
import type { Selection } from './tick.ts';

/** The best cron interval, with the cluster as it is then. For `immediate` the hours are the shortest of the range. */
export interface BestCalendar extends Interval {
  readonly solved: SolvedCluster;
}

export interface Range {
  readonly shortestHours: number;
  readonly longestHours: number;
}

/**
 * The cron interval with the least cost per hour among `range`, compared with its shortest ("as often as possible", if
 * the cost falls all the way to it) and with no rejuvenation at all.
 * @throws RejuvError as calendarModel; `model-reducible` if the cluster without rejuvenation gets stuck.
 */
export function bestCalendar(
  cluster: ServerCluster,
  selection: Selection,
  costs: Costs,
  range: Range,
): BestCalendar {
  checkCosts(costs);
  const { shortestHours, longestHours } = range;
  positive('shortestHours', shortestHours);
  positive('longestHours', longestHours);
  if (longestHours <= shortestHours) refuse('longestHours', 'must be longer than shortestHours');
  const model = calendarModel(cluster, selection);
  const cost = (hours: number): number => costPerHour(calendarCluster(model, hours), costs);
  const samples = sampledDoublings(model, costs, range);
  const never = serverCluster(cluster, 0);
  const shortest = calendarCluster(model, shortestHours);
  const candidates: BestCalendar[] = [
    { kind: 'immediate', hours: shortestHours, costPerHour: costPerHour(shortest, costs), solved: shortest },
  ];
  const inner = innerMinimum(cost, samples);
  if (inner !== null && inner.at >= shortestHours && inner.at <= longestHours) {
    const solved = calendarCluster(model, inner.at);
    candidates.push({ kind: 'interior', hours: inner.at, costPerHour: inner.value, solved });
  }
  const best = candidates.reduce((a, b) => (b.costPerHour < a.costPerHour ? b : a));
  const costOfNever = costPerHour(never, costs);
  const last = samples.at(-1);
  if (last !== undefined && last.value < Math.min(best.costPerHour, costOfNever) * (1 - leastGain)) {
    refuse('longestHours', `is too short: at ${longestHours} hours the cost still falls`);
  }
  return best.costPerHour < costOfNever * (1 - leastGain)
    ? best
    : { kind: 'never', hours: Infinity, costPerHour: costOfNever, solved: never };
}

/** A clock that saves less than this, relatively, saves nothing but rounding. */
const leastGain = 1e-9;

const seriesCount = 4;

/** Costs at intervals a factor of 2^(1/4) apart, a step beyond both ends: four series of doublings. */
function sampledDoublings(model: CalendarModel, costs: Costs, range: Range): Minimum[] {
  const first = range.shortestHours / 2 ** (1 / seriesCount);
  const times = Math.ceil(Math.log2(range.longestHours / first) + 1 / seriesCount);
  return Array.from({ length: seriesCount }, (_, n) => first * 2 ** (n / seriesCount))
    .flatMap((hours) => calendarDoublings(model, hours, times))
    .map(({ hours, solved }) => ({ at: hours, value: costPerHour(solved, costs) }))
    .sort((a, b) => a.at - b.at);
}
