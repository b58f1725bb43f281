import { at } from '../special/at.ts';
import { twoSidedQuantile } from '../special/normal.ts';
import { median, valueAtRank } from './order.ts';

/** A robust straight line: the median slope of all pairs, through the medians of time and value. */
export interface SenSlope {
  /** Value per unit of time. */
  readonly slope: number;
  /** The interval of the slope at the confidence asked for. */
  readonly lower: number;
  readonly upper: number;
  readonly medianTime: number;
  readonly medianValue: number;
}

/**
 * Sen's slope (1968) with its interval from the ranks (N' ∓ z·sqrt(Var S)) / 2 of the ordered slopes (Gilbert 1987,
 * section 16.4.2). Quadratic in the number of values, by selection instead of sorting.
 * @param times strictly increasing, in the unit that the slope is per; at least two.
 * @param variance of Mann and Kendall's S on the same values.
 */
export function senSlope(
  times: readonly number[],
  values: readonly number[],
  variance: number,
  confidence: number,
): SenSlope {
  return {
    ...slopeInterval(pairSlopes(times, values), variance, confidence),
    medianTime: median(times),
    medianValue: median(values),
  };
}

/** Median and interval of slopes, in any order; reorders them. */
export function slopeInterval(
  slopes: Float64Array,
  variance: number,
  confidence: number,
): Pick<SenSlope, 'slope' | 'lower' | 'upper'> {
  const n = slopes.length;
  const spread = twoSidedQuantile(confidence) * Math.sqrt(variance);
  return {
    slope: valueAtRank(slopes, (n + 1) / 2),
    lower: valueAtRank(slopes, (n - spread) / 2),
    upper: valueAtRank(slopes, (n + spread) / 2 + 1),
  };
}

/** The slope of every pair. */
export function pairSlopes(times: readonly number[], values: readonly number[]): Float64Array {
  const n = times.length;
  const slopes = new Float64Array((n * (n - 1)) / 2);
  let k = 0;
  for (let j = 1; j < n; j++) {
    const t = at(times, j);
    const x = at(values, j);
    for (let i = 0; i < j; i++) slopes[k++] = (x - at(values, i)) / (t - at(times, i));
  }
  return slopes;
}
