import type { Band } from '../../model/estimate/observed-life.ts';
import type { Interval } from '../../model/interval.ts';
import {
  bandOut,
  finite,
  verdictOf,
  type Basis,
  type CurvePoint,
  type Reckoned,
  type Schedule,
} from './advice.ts';
import type { CronLine } from './cron-lines.ts';
import type { Gathered } from './gather.ts';
import { confidence } from './gather.ts';
import type { Priced } from './costs.ts';
import {
  bestOf,
  corners,
  detected,
  likely,
  mostAvailable,
  outcomeOf,
  type Cluster,
  type Outcome,
} from './place.ts';
import { suggestLine } from './suggest.ts';

export interface Question {
  readonly backend: string;
  readonly cluster: Cluster;
  readonly rates: Extract<Gathered, { kind: 'rates' }>;
  readonly priced: Priced;
  readonly present: {
    readonly everyHours: number;
    readonly cron: readonly string[];
    readonly source: 'config' | 'file' | 'none';
    readonly notes: readonly string[];
  };
  /** The cron lines nearest to a run every so many hours, with so many at least from run to run. */
  readonly lines: (hours: number, leastGapHours: number) => readonly CronLine[];
  readonly timeZone: string;
  readonly spacingHours: number;
}

/** The figures of the advice, without its words. Pure. */
export function reckon(question: Question): Omit<Reckoned, 'summary' | 'notes'> {
  const { cluster, present, lines, timeZone, spacingHours } = question;
  const best = feasible(bestOf(cluster, likely(cluster)), cluster);
  const atCorners = corners(cluster).map((corner) => feasible(bestOf(cluster, corner), cluster).hours);
  const bestSchedule = scheduleAt(cluster, best.hours);
  const never = scheduleAt(cluster, Infinity);
  const [bestCost, neverCost] = [bestSchedule, never].map(({ costPerYear }) => costPerYear.value ?? 0);
  const line =
    best.kind === 'never'
      ? null
      : suggestLine(cluster, lines(best.hours / cluster.servers, cluster.rejuvenation.value + spacingHours), {
          timeZone,
          bestCost: bestCost ?? 0,
          neverCost: neverCost ?? 0,
        });
  const monitor = detected(cluster);
  return {
    backend: question.backend,
    verdict: verdictOf(best),
    basis: basisOf(question),
    present: { ...scheduleAt(cluster, present.everyHours), cron: present.cron, source: present.source },
    best: {
      ...bestSchedule,
      everyHoursBand: bandOut({
        value: best.hours,
        lower: Math.min(best.hours, ...atCorners),
        upper: Math.max(best.hours, ...atCorners),
      }),
    },
    bestForAvailability: { everyHours: finite(mostAvailable(cluster).hours) },
    never,
    line,
    monitor:
      monitor === null
        ? null
        : {
            detectionHours: cluster.detectionHours,
            costPerYear: monitor.cost,
            emptyPlaceHoursPerYear: monitor.placeDowntimeHours,
            betterThanAnySchedule: monitor.cost < (bestCost ?? 0) * (1 - leastGain),
          },
    curve: curveOf(cluster, [best.hours, present.everyHours, line?.everyHours ?? Infinity]),
  };
}

/** Nothing can be rejuvenated more often than it takes: what would be best below that is "as often as possible". */
function feasible(best: Interval, { rejuvenation }: Cluster): Interval {
  return best.hours < rejuvenation.value ? { ...best, kind: 'immediate', hours: rejuvenation.value } : best;
}

/** A monitor that gains less than this over the best schedule is not worth the words. */
const leastGain = 0.01;

/** An interval at the likely rates, and the ends of each figure over all corners of what is uncertain. */
function scheduleAt(cluster: Cluster, everyHours: number): Schedule {
  const at = bandsAt(cluster, everyHours);
  return {
    everyHours: finite(everyHours),
    availability: bandOut(at((outcome) => outcome.availability)),
    downtimeHoursPerYear: bandOut(at((outcome) => outcome.downtimeHours)),
    emptyPlaceHoursPerYear: bandOut(at((outcome) => outcome.placeDowntimeHours)),
    costPerYear: bandOut(at((outcome) => outcome.cost)),
  };
}

function bandsAt(cluster: Cluster, everyHours: number): (figure: (outcome: Outcome) => number) => Band {
  const value = outcomeOf(cluster, likely(cluster), everyHours);
  const ends = corners(cluster).map((corner) => outcomeOf(cluster, corner, everyHours));
  return (figure) => {
    const all = [value, ...ends].map(figure);
    return { value: figure(value), lower: Math.min(...all), upper: Math.max(...all) };
  };
}

const pointsOfCurve = 121;

/** From well below to well above all that is marked, in equal steps of the logarithm. */
function curveOf(cluster: Cluster, marks: readonly number[]): CurvePoint[] {
  const { meanHours } = cluster.life.value;
  const known = marks.filter((hours) => hours > 0 && hours < Infinity);
  const low = Math.min(meanHours / 20, ...known.map((hours) => hours / 5));
  const high = Math.max(meanHours * 3, ...known.map((hours) => hours * 5));
  return Array.from({ length: pointsOfCurve }, (_, n) => {
    const everyHours = low * (high / low) ** (n / (pointsOfCurve - 1));
    const at = bandsAt(cluster, everyHours);
    return {
      everyHours,
      costPerYear: at((outcome) => outcome.cost),
      availability: at((outcome) => outcome.availability),
      downtimeHoursPerYear: at((outcome) => outcome.downtimeHours),
    };
  });
}

function basisOf({ cluster, rates, priced }: Question): Basis {
  const { life, repair, rejuvenation } = cluster;
  const { sources } = rates;
  const means = [life.value, life.shorter, life.longer].map(({ meanHours }) => meanHours);
  const { failureDownPerHour, rejuvenationDownPerHour, perFailure, perRejuvenation } = priced.costs;
  return {
    servers: cluster.servers,
    spares: cluster.spares,
    minServing: cluster.leastServing,
    law: life.law,
    weibullShape: life.shape,
    agingPerHour: life.stages?.agingPerHour ?? null,
    failurePerHour:
      life.stages?.failurePerHour ?? (life.law === 'exponential' ? 1 / life.value.meanHours : null),
    meanLifeHours: bandOut({
      value: life.value.meanHours,
      lower: Math.min(...means),
      upper: Math.max(...means),
    }),
    repairHours: bandOut(repair),
    rejuvenationHours: bandOut(rejuvenation),
    sources,
    confidence: Object.values(sources).includes('records') ? confidence : null,
    costs: {
      failureHour: failureDownPerHour,
      rejuvenationHour: rejuvenationDownPerHour,
      perFailure,
      perRejuvenation,
    },
    costUnit: priced.unit,
  };
}
