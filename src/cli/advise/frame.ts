import type { CurvePoint, Reckoned } from './advice.ts';
import { yearHours } from './place.ts';
import { amountScale, timeScale, type Scale } from './scale.ts';

/** What both pictures show: the curve, its axes and the marks on it. */
export interface Frame {
  readonly points: readonly CurvePoint[];
  readonly intervals: Scale;
  readonly costs: Scale;
  /** The share of time in which the service is down. */
  readonly downtime: Scale;
  readonly marks: readonly Mark[];
}

export interface Mark {
  readonly kind: 'best' | 'present';
  readonly everyHours: number;
  readonly costPerYear: number;
  readonly downtimeHours: number;
}

type Figures = Pick<Reckoned, 'curve' | 'best' | 'present' | 'never'>;

/** The axes reach from the least cost to what matters: never rejuvenating, and today; beyond, the curve runs out of it. */
export function frameOf({ curve, best, present, never }: Figures): Frame {
  const [first, last] = [curve[0]?.everyHours ?? 1, curve.at(-1)?.everyHours ?? 2];
  const marks = [mark('best', best), mark('present', present)].filter((one) => one !== null);
  const kept = (
    figure: (point: CurvePoint) => number,
    extra: readonly number[],
  ): readonly [number, number] => {
    const likely = curve.map(figure).filter((value) => value > 0);
    return [Math.min(...likely, ...extra), Math.max(...extra)];
  };
  const [cheapest, dearest] = kept(
    ({ costPerYear }) => costPerYear.value,
    [...marks.map(({ costPerYear }) => costPerYear), never.costPerYear.value ?? 0],
  );
  const [least, most] = kept(
    ({ downtimeHoursPerYear }) => downtimeHoursPerYear.value,
    [...marks.map(({ downtimeHours }) => downtimeHours), never.downtimeHoursPerYear.value ?? 0],
  );
  return {
    points: curve,
    intervals: timeScale(first, last),
    costs: amountScale(cheapest, dearest * 1.15),
    downtime: amountScale(least / yearHours, (most / yearHours) * 1.15),
    marks,
  };
}

function mark(kind: Mark['kind'], schedule: Reckoned['never']): Mark | null {
  const { everyHours, costPerYear, downtimeHoursPerYear } = schedule;
  if (everyHours === null || everyHours <= 0) return null;
  return {
    kind,
    everyHours,
    costPerYear: costPerYear.value ?? 0,
    downtimeHours: downtimeHoursPerYear.value ?? 0,
  };
}
