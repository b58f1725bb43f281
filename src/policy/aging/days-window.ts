import { exhaustion, type Anchor, type Limit, type SlopeBand } from '../../model/trend/exhaustion.ts';
import { median } from '../../model/trend/order.ts';
import { seasonalKendall } from '../../model/trend/seasonal-kendall.ts';
import type { SeasonGrid } from '../../model/trend/season-grid.ts';
import { dayMs, hourMs } from './means.ts';
import { reachHours } from './reach.ts';
import { comesToRestAt, confidence, plainTest, type Basis, type Finding, type Window } from './window.ts';

/**
 * From so many days on the seasonal test with its covariance can be sure at all: five rising days have a p of 0.014, four
 * 0.041, three none below 0.1.
 */
const daysForSeasons = 5;
const alpha = 0.03;
/** Of fewer days, that test sees the course of each day too, and is sure late; where every hour has risen alike, this will do. */
const alphaEvenly = 0.15;
/** Nearly all hours rise from one day to the next by so much of what the middle one does, */
const evenShare = 0.6;
/** and the last third of them by so much: a cache that fills, a step and another day's load rise unevenly. */
const lateShare = 0.7;
const fewestRises = 10;
/** With fewer days a step in their middle is in each of them. */
const daysForUsualMs = 3 * dayMs;
/** From one day to the next a leak mostly rises by this share of its slope, or more; a step or two do not. */
const usualShare = 1 / 4;

/**
 * What a day and a half or more say: an hour is compared with the same hour of other days only, so that the daily cycle is not
 * in the slope, and the hour that is highest reaches the limit first.
 * @param hourly medians per hour, back from the last mean; NaN where nothing was measured
 */
export function daysWindow(hourly: Float64Array, { windowMs, limit, always }: Window): Finding | null {
  const hours = Math.min(hourly.length, Math.round(windowMs / hourMs));
  const grid = gridOf(hourly, hours);
  const anchors = anchorsOf(grid);
  const reach = reachHours(windowMs, true);
  if (!always && !couldReach(hourly, hours, anchors, reach, limit)) return null;
  const test = seasonalKendall(grid, confidence);
  if (test.slope === null) return null;
  const perHour = hourlyBand(test.slope);
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
  const rises = dailyRises(hourly, hours);
  const evenly = grid.length < daysForSeasons && areEven(rises);
  if (tested.p >= (evenly ? alphaEvenly : alpha)) return found('no-trend');
  if (ahead.best > reach) return found('too-far');
  if (windowMs >= daysForUsualMs && medianOf(rises) < usualShare * slope * 24) return found('sudden');
  const half = Math.max(36, hours >> 1);
  const level = anchors.reduce((most, { time, value }) => Math.max(most, value - slope * time), -Infinity);
  const early = slopeWithin(hourly, hours - half, hours);
  const rest = comesToRestAt(level, early, slopeWithin(hourly, 0, half), hours - half);
  return found(rest < limit.value ? 'levelling-off' : 'ages');
}

function hourlyBand(day: {
  readonly perCycle: number;
  readonly lower: number;
  readonly upper: number;
}): SlopeBand {
  return { slope: day.perCycle / 24, lower: day.lower / 24, upper: day.upper / 24 };
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

/** Whether at least half of the pairs rise as fast as it takes: spares the test where the limit is far. */
function couldReach(
  hourly: Float64Array,
  hours: number,
  anchors: readonly Anchor[],
  reach: number,
  limit: Limit,
): boolean {
  const needed = anchors.reduce(
    (least, { time, value }) => Math.min(least, (limit.value - value) / (reach - time)),
    Infinity,
  );
  const slopes = slopesWithin(hourly, 0, hours);
  return 2 * slopes.filter((slope) => slope >= needed).length >= slopes.length;
}

/** From each hour to the same one of the next day, the last first. */
function dailyRises(hourly: Float64Array, hours: number): number[] {
  const rises: number[] = [];
  for (let later = 0; later + 24 < hours; later++) {
    const rise = (hourly[later] ?? NaN) - (hourly[later + 24] ?? NaN);
    if (!Number.isNaN(rise)) rises.push(rise);
  }
  return rises;
}

/** Whether every hour of the day has risen alike, and still does. */
function areEven(rises: readonly number[]): boolean {
  if (rises.length < fewestRises) return false;
  const usual = median(rises);
  const low = rises.toSorted((a, b) => a - b)[Math.floor(rises.length / 10)] ?? NaN;
  return (
    usual > 0 &&
    low >= evenShare * usual &&
    median(rises.slice(0, Math.ceil(rises.length / 3))) >= lateShare * usual
  );
}

function medianOf(values: readonly number[]): number {
  return values.length === 0 ? NaN : median(values);
}

/** NaN where there are no pairs. */
function slopeWithin(hourly: Float64Array, from: number, to: number): number {
  return medianOf(slopesWithin(hourly, from, to));
}

/** Of all pairs of the same hour of the day, among the hours from `from` to `to` back. */
function slopesWithin(hourly: Float64Array, from: number, to: number): number[] {
  const slopes: number[] = [];
  for (let later = from; later < to; later++) {
    for (let before = later + 24; before < to; before += 24) {
      const slope = ((hourly[later] ?? NaN) - (hourly[before] ?? NaN)) / (before - later);
      if (!Number.isNaN(slope)) slopes.push(slope);
    }
  }
  return slopes;
}
