import { dayMs, hourMs } from './means.ts';

// What may be made of a rise while nothing is known of the course of the day.

/** A load rises for half a day and some hours, and then it falls: what rises for longer is more than a load. */
const longerThanLoadMs = 14 * hourMs;
/** What it may come down by on the way, of its whole rise: noise does that. */
const downShare = 0.12;
/** Such a rise is taken for what it is once it has come so far to the limit, */
const farShare = 0.57;
/** or once its last third would reach the limit within so much of the window: the morning adds to it. */
const soonShare = 0.75;
/** Up to this age a leak that matters is steeper than any morning. */
const steepUntilMs = 6 * hourMs;
/** What came down in between may be a load up to here, from the lowest of this life to the limit. */
const loadShare = 0.7;

/** Whether values rise for longer than a load does, without coming down. */
export function risesAllAlong(values: readonly number[], windowMs: number): boolean {
  if (windowMs < longerThanLoadMs || windowMs > 1.5 * dayMs) return false;
  let [lowest, highest, deepest] = [Infinity, -Infinity, 0];
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
    deepest = Math.max(deepest, highest - value);
  }
  return deepest <= downShare * (highest - lowest);
}

export interface Rise {
  readonly lowest: number;
  readonly level: number;
  readonly limit: number;
  /** Of its last third, per hour. */
  readonly late: number;
  readonly windowMs: number;
}

/** Whether what rises all along has come far enough to the limit, or is fast enough by now. */
export function comesNear({ lowest, level, limit, late, windowMs }: Rise): boolean {
  const left = limit - level;
  return left <= (1 - farShare) * (limit - lowest) || left <= (late * soonShare * windowMs) / hourMs;
}

/**
 * Whether a level may still be that of a usual day.
 * @param hourly medians per hour of this life
 */
export function mayBeLoad(hourly: Float64Array, level: number, limit: number): boolean {
  if (hourly.length * hourMs <= steepUntilMs) return false;
  const lowest = hourly.reduce((least, value) => (value < least ? value : least), Infinity);
  return limit - level > (1 - loadShare) * (limit - lowest);
}
