/** Where a measured value must not go. */
export interface Limit {
  readonly value: number;
  /** up: the value grows towards the limit (memory in use); down: it falls towards it (memory free). */
  readonly direction: 'up' | 'down';
}

/** When a value reaches its limit, from the last sample on; Infinity where the slope does not lead there. */
export interface Exhaustion {
  readonly best: number;
  /** With the steepest slope of the interval. */
  readonly earliest: number;
  /** With the flattest one; Infinity if the interval holds slopes that do not lead to the limit. */
  readonly latest: number;
}

/** Slope per unit of time, with the bounds of its interval. */
export interface SlopeBand {
  readonly slope: number;
  readonly lower: number;
  readonly upper: number;
}

/** A line goes through this point. */
export interface Anchor {
  readonly time: number;
  readonly value: number;
}

/** True for a sign or slope that leads to the limit. */
export function isHarmful(slope: number, { direction }: Limit): boolean {
  return direction === 'up' ? slope > 0 : slope < 0;
}

/** Time from `last` until a straight line through the anchor crosses the limit: 0 once it has, Infinity if it never does. */
export function timeToLimit(slope: number, anchor: Anchor, last: number, limit: Limit): number {
  if (!isHarmful(slope, limit)) return Infinity;
  return Math.max(0, anchor.time + (limit.value - anchor.value) / slope - last);
}

/** The same for a band of slopes and for the earliest of several parallel lines, such as one per hour of the day. */
export function exhaustion(
  band: SlopeBand,
  anchors: readonly Anchor[],
  last: number,
  limit: Limit,
): Exhaustion {
  const first = (slope: number): number =>
    anchors.reduce((soonest, anchor) => Math.min(soonest, timeToLimit(slope, anchor, last, limit)), Infinity);
  const [steep, flat] = limit.direction === 'up' ? [band.upper, band.lower] : [band.lower, band.upper];
  return { best: first(band.slope), earliest: first(steep), latest: first(flat) };
}
