import { at } from '../special/at.ts';
import { twoSidedQuantile, twoSidedTail } from '../special/normal.ts';
import { standardised, type MannKendall } from './mann-kendall.ts';
import { ranksOf } from './order.ts';

/** Mann and Kendall's test where each value resembles the one before it. */
export interface Corrected {
  /** What the variance is multiplied by, at least 1. */
  readonly factor: number;
  /** The same before it was kept from falling below 1. */
  readonly rawFactor: number;
  readonly variance: number;
  readonly z: number;
  readonly p: number;
}

/** Lags looked at unless told: an eighth of the values, at most a day of hours. */
export function usualLags(n: number): number {
  return Math.min(24, Math.max(1, Math.floor(n / 8)));
}

/**
 * The correction of Hamed and Rao (1998): positive autocorrelation of what remains beside the trend widens the
 * variance of S. A fixed variant: ranks of x - slope·t, lags 1..`lags`, only those significant at `alpha`, and never
 * narrower than without correction. Takes the values as evenly spaced.
 */
export function correctForAutocorrelation(
  times: readonly number[],
  values: readonly number[],
  slope: number,
  test: Pick<MannKendall, 's' | 'variance'>,
  { lags, alpha }: { readonly lags: number; readonly alpha: number },
): Corrected {
  const n = values.length;
  const { ranks } = ranksOf(values.map((x, i) => x - slope * at(times, i)));
  const threshold = twoSidedQuantile(1 - alpha) / Math.sqrt(n);
  let sum = 0;
  for (const [index, rho] of autocorrelations(ranks, lags).entries()) {
    const lag = index + 1;
    if (Math.abs(rho) > threshold) sum += (n - lag) * (n - lag - 1) * (n - lag - 2) * rho;
  }
  const rawFactor = n < 3 ? 1 : 1 + (2 * sum) / (n * (n - 1) * (n - 2));
  const factor = Math.max(1, rawFactor);
  const variance = test.variance * factor;
  const z = standardised(test.s, variance);
  return { factor, rawFactor, variance, z, p: twoSidedTail(z) };
}

/** Of lags 1..`lags`, as many as there are; all 0 for values that never change. */
function autocorrelations(values: readonly number[], lags: number): number[] {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const deviations = values.map((x) => x - mean);
  const square = deviations.reduce((total, d) => total + d * d, 0);
  return Array.from({ length: Math.min(lags, n - 1) }, (_, index) => {
    let product = 0;
    for (let i = 0; i + index + 1 < n; i++) product += at(deviations, i) * at(deviations, i + index + 1);
    return square === 0 ? 0 : product / square;
  });
}
