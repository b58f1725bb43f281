import { refuse } from '../refuse.ts';
import { chiSquaredTail } from '../special/chi-squared.ts';
import { twoSidedTail } from '../special/normal.ts';
import { mannKendall, standardised, type MannKendall } from './mann-kendall.ts';
import { seasonCovariance } from './season-covariance.ts';
import type { SeasonGrid } from './season-grid.ts';
import { pairSlopes, slopeInterval } from './sen-slope.ts';

/** The trend beside a daily cycle: an hour is compared with the same hour of other days only. */
export interface SeasonalKendall {
  readonly s: number;
  /** As if the hours of one day did not resemble each other. */
  readonly variance: number;
  readonly z: number;
  readonly p: number;
  /** With what the hours of one day have in common; for ten cycles and more. Without continuity correction. */
  readonly covariance: { readonly variance: number; readonly z: number; readonly p: number };
  /** Value per cycle, the median over all pairs within a season; null without such a pair. */
  readonly slope: { readonly perCycle: number; readonly lower: number; readonly upper: number } | null;
  readonly pairs: number;
  readonly seasons: readonly MannKendall[];
  /** Do all hours have the same trend? A small p says no. */
  readonly homogeneity: { readonly chi2: number; readonly df: number; readonly p: number };
}

/**
 * The seasonal Kendall test (Hirsch, Slack and Smith 1982), with the covariance of Hirsch and Slack (1984) beside it
 * and the homogeneity test of van Belle and Hughes (1984).
 * @throws RejuvError `model-input` for rows of different length or a value that is not finite.
 */
export function seasonalKendall(grid: SeasonGrid, confidence: number): SeasonalKendall {
  const columns = columnsOf(grid);
  const seasons = columns.map((column) => mannKendall(column.filter((x) => x !== null)));
  const s = sum(seasons.map((season) => season.s));
  const variance = sum(seasons.map((season) => season.variance));
  const z = standardised(s, variance);
  // The sum of covariances may come out negative on a few cycles; a variance cannot.
  const wide = Math.max(0, variance + 2 * seasonCovariance(columns));
  const zWide = wide === 0 ? 0 : s / Math.sqrt(wide);
  const slopes = slopesWithin(columns);
  return {
    s,
    variance,
    z,
    p: twoSidedTail(z),
    covariance: { variance: wide, z: zWide, p: twoSidedTail(zWide) },
    slope: slopes.length === 0 ? null : perCycle(slopeInterval(slopes, variance, confidence)),
    pairs: slopes.length,
    seasons,
    homogeneity: homogeneityOf(seasons),
  };
}

/** The columns of a grid, one per season. */
export function columnsOf(grid: SeasonGrid): (number | null)[][] {
  const width = grid[0]?.length ?? 0;
  for (const [i, row] of grid.entries()) {
    const wrong = row.findIndex((x) => x !== null && !Number.isFinite(x));
    if (row.length === width && wrong < 0) continue;
    refuse(
      `cycle ${i}`,
      wrong < 0
        ? `it has ${row.length} seasons, the first cycle ${width}`
        : `season ${wrong} is not a finite number`,
    );
  }
  return Array.from({ length: width }, (_, season) => grid.map((row) => row[season] ?? null));
}

function slopesWithin(columns: readonly (readonly (number | null)[])[]): Float64Array {
  const parts = columns.map((column) => {
    const cycles = column.flatMap((x, cycle) => (x === null ? [] : [cycle]));
    return pairSlopes(
      cycles,
      column.filter((x) => x !== null),
    );
  });
  const slopes = new Float64Array(sum(parts.map((part) => part.length)));
  let offset = 0;
  for (const part of parts) {
    slopes.set(part, offset);
    offset += part.length;
  }
  return slopes;
}

function perCycle(interval: ReturnType<typeof slopeInterval>): SeasonalKendall['slope'] {
  return { perCycle: interval.slope, lower: interval.lower, upper: interval.upper };
}

/** A season without variance has no say. */
function homogeneityOf(seasons: readonly MannKendall[]): SeasonalKendall['homogeneity'] {
  const scores = seasons
    .filter(({ variance }) => variance > 0)
    .map(({ s, variance }) => s / Math.sqrt(variance));
  const mean = scores.length === 0 ? 0 : sum(scores) / scores.length;
  const chi2 = sum(scores.map((z) => (z - mean) ** 2));
  const df = Math.max(0, scores.length - 1);
  return { chi2, df, p: df === 0 ? 1 : chiSquaredTail(chi2, df) };
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
