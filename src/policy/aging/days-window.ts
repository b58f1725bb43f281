import { exhaustion, type Anchor, type Limit } from '../../model/trend/exhaustion.ts';
import { median } from '../../model/trend/order.ts';
import { seasonalKendall } from '../../model/trend/seasonal-kendall.ts';
import type { SeasonGrid } from '../../model/trend/season-grid.ts';
import { dayMs, hourMs } from './means.ts';
import { plainTest, type Basis, type Finding } from './window.ts';

/** From so many days on their hours are compared with what they have in common; below, the hours of all days as one row. */
const daysForSeasons = 5;
const alpha = 0.05;
export const knobs = { day: 1, week: 2, stillRising: 0.5, alpha: 0.05 };

/**
 * What a day and a half or more say: an hour is compared with the same hour of other days only, so that the daily cycle
 * is not in the slope, and the hour that is highest reaches the limit first.
 * @param hourly medians per hour, back from the last one; NaN where nothing was measured
 */
export function daysWindow(
  hourly: Float64Array,
  windowMs: number,
  limit: Limit,
  always: boolean,
): Finding | null {
  const hours = Math.min(hourly.length, Math.round(windowMs / hourMs));
  const grid = gridOf(hourly, hours);
  const anchors = anchorsOf(grid);
  const c = knobs.day + (knobs.week - knobs.day) * Math.min(1, Math.max(0, (windowMs - 4 * dayMs) / (2.5 * dayMs)));
  const reach = (c * windowMs) / hourMs;
  if (!always && !couldReach(hourly, hours, anchors, reach, limit)) return null;
  const test = seasonalKendall(grid, 0.95);
  if (test.slope === null) return null;
  const perHour = {
    slope: test.slope.perCycle / 24,
    lower: test.slope.lower / 24,
    upper: test.slope.upper / 24,
  };
  const { slope } = perHour;
  const { times, values } = inOrder(hourly, hours);
  const tested: Pick<Basis, 'test' | 'p'> =
    grid.length < daysForSeasons
      ? plainTest(times, values, slope)
      : { test: 'seasonal-kendall', p: test.covariance.p };
  const ahead = exhaustion(perHour, anchors, 0, limit);
  const basis = { ...tested, n: values.length, perHour, windowMs, medianMs: hourMs, withoutDay: true };
  const found = (kind: Finding['kind']): Finding => ({ kind, basis, exhaustion: ahead });
  if (slope <= 0) return found('away');
  if (tested.p >= knobs.alpha) return found('no-trend');
  if (ahead.best > reach) return found('too-far');
  return found(lateSlope(hourly, hours) >= knobs.stillRising * slope ? 'ages' : 'levelling-off');
}

/** Whether at least half of the pairs rise as fast as it takes: spares the test where the limit is far. */
function couldReach(hourly: Float64Array, hours: number, anchors: readonly Anchor[], reach: number, limit: Limit): boolean {
  const needed = anchors.reduce(
    (least, { time, value }) => Math.min(least, (limit.value - value) / (reach - time)),
    Infinity,
  );
  let [steep, pairs] = [0, 0];
  for (let later = 0; later < hours; later++) {
    for (let before = later + 24; before < hours; before += 24) {
      const rise = (hourly[later] ?? NaN) - (hourly[before] ?? NaN);
      if (Number.isNaN(rise)) continue;
      pairs++;
      if (rise >= needed * (before - later)) steep++;
    }
  }
  return 2 * steep >= pairs;
}

/** Rows are days, oldest first, columns the hours that end where the last mean does. */
function gridOf(hourly: Float64Array, hours: number): SeasonGrid {
  const rows = Math.ceil(hours / 24);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: 24 }, (__, season) => {
      const back = (rows - 1 - row) * 24 + (23 - season);
      const value = back < hours ? (hourly[back] ?? NaN) : NaN;
      return Number.isNaN(value) ? null : value;
    }),
  );
}

function inOrder(hourly: Float64Array, hours: number): { times: number[]; values: number[] } {
  const times: number[] = [];
  const values: number[] = [];
  for (let back = hours - 1; back >= 0; back--) {
    const value = hourly[back] ?? NaN;
    if (Number.isNaN(value)) continue;
    times.push(-back);
    values.push(value);
  }
  return { times, values };
}

/** The middle of each hour of the day, in hours before the last mean. */
function anchorsOf(grid: SeasonGrid): Anchor[] {
  return Array.from({ length: 24 }, (_, season) => {
    const times: number[] = [];
    const values: number[] = [];
    for (const [row, cells] of grid.entries()) {
      const value = cells[season] ?? null;
      if (value === null) continue;
      times.push(season - 23 - (grid.length - 1 - row) * 24);
      values.push(value);
    }
    return { times, values };
  })
    .filter(({ values }) => values.length > 0)
    .map(({ times, values }) => ({ time: median(times), value: median(values) }));
}

/** The slope of the latter half, at least of a day and a half, by the same pairs. NaN where there are none. */
function lateSlope(hourly: Float64Array, hours: number): number {
  const half = Math.max(36, hours >> 1);
  const slopes: number[] = [];
  for (let later = 0; later < half; later++) {
    for (let before = later + 24; before < half; before += 24) {
      const slope = ((hourly[later] ?? NaN) - (hourly[before] ?? NaN)) / (before - later);
      if (!Number.isNaN(slope)) slopes.push(slope);
    }
  }
  return slopes.length === 0 ? NaN : median(slopes);
}
