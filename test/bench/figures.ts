/** The middle of some figures; of an even number, the mean of the two in the middle. NaN of none. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[half]!;
  return (sorted[half - 1]! + sorted[half]!) / 2;
}

/** A figure over several rounds: its median, and how far the rounds lie apart. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly rounds: number;
}

export function spreadOf(figures: readonly number[]): Spread {
  return {
    median: median(figures),
    lowest: Math.min(...figures),
    highest: Math.max(...figures),
    rounds: figures.length,
  };
}

/** A span of time from `from` to `to`, both in milliseconds of one clock. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** How long at least one of the intervals held; what is outside of `within` does not count. */
export function unionMs(intervals: readonly Interval[], within: Interval): number {
  const inside = intervals
    .map(({ from, to }) => ({ from: Math.max(from, within.from), to: Math.min(to, within.to) }))
    .filter(({ from, to }) => to > from)
    .toSorted((a, b) => a.from - b.from);
  let total = 0;
  let reached = within.from;
  for (const { from, to } of inside) {
    total += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return total;
}

/** Least squares: how much `y` grows per unit of `x`. Needs two different x. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const mean = (pick: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const meanX = mean(({ x }) => x);
  const meanY = mean(({ y }) => y);
  const covariance = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  return covariance / variance;
}
