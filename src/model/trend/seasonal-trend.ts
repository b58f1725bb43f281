import { driftOf, type Drift } from './drift.ts';
import { exhaustion, type Anchor } from './exhaustion.ts';
import { median } from './order.ts';
import { columnsOf, seasonalKendall } from './seasonal-kendall.ts';
import type { SeasonGrid } from './season-grid.ts';
import {
  missingSamples,
  requireSettings,
  type NotEnoughSamples,
  type TrendSettings,
} from './trend-settings.ts';

/** From so many cycles on, what the hours of a day have in common is taken into account (Hirsch and Slack 1984). */
const cyclesForCovariance = 10;

const hourMs = 3_600_000;

export interface SeasonalDrift extends Drift {
  /** Hours until the line through all values reaches the limit: later than the peak hour. Only when aging. */
  readonly averageHours: number | null;
}

/**
 * The trend beside a daily cycle. The time to the limit is that of the season that reaches it first, the level that of
 * the season nearest to it. `minimumSamples` counts cycles here: below, nothing is said.
 * @param hoursPerCycle 24 for rows that are days.
 * @throws RejuvError `model-input` for a grid that is not one, or settings out of range.
 */
export function seasonalTrend(
  grid: SeasonGrid,
  hoursPerCycle: number,
  settings: TrendSettings,
): NotEnoughSamples | SeasonalDrift {
  requireSettings(settings);
  const points = pointsOf(columnsOf(grid), hoursPerCycle);
  const cycles = grid.length;
  const spanMs = cycles * hoursPerCycle * hourMs;
  const missing = missingSamples(cycles, spanMs, settings);
  if (missing !== null) return missing;
  const { limit, confidence } = settings;
  const test = seasonalKendall(grid, confidence);
  if (test.slope === null) {
    // No hour was measured on two days: one more day would do it.
    return { kind: 'not-enough-data', samples: cycles, missingSamples: 1, spanMs, missingSpanMs: 0 };
  }
  const { perCycle, lower, upper } = test.slope;
  const perHour = {
    slope: perCycle / hoursPerCycle,
    lower: lower / hoursPerCycle,
    upper: upper / hoursPerCycle,
  };
  const all = points.flat();
  const last = all.reduce((latest, { time }) => Math.max(latest, time), 0);
  const anchors = points.filter((season) => season.length > 0).map(middleOf);
  const p = cycles < cyclesForCovariance ? test.p : test.covariance.p;
  const drift = driftOf({ s: test.s, p }, perHour, anchors, last, settings);
  const average = exhaustion(perHour, [middleOf(all)], last, limit).best;
  return { ...drift, averageHours: drift.kind === 'aging' ? average : null };
}

/** The measured points of each season, in hours since the first cycle began. */
function pointsOf(columns: readonly (readonly (number | null)[])[], hoursPerCycle: number): Anchor[][] {
  const perSeason = hoursPerCycle / columns.length;
  return columns.map((column, season) =>
    column.flatMap((value, cycle) =>
      value === null ? [] : [{ time: cycle * hoursPerCycle + season * perSeason, value }],
    ),
  );
}

function middleOf(points: readonly Anchor[]): Anchor {
  return { time: median(points.map(({ time }) => time)), value: median(points.map(({ value }) => value)) };
}
