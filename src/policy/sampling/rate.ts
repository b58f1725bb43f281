/** A total that only grows, as it was read at one instant. */
export interface Total {
  readonly at: number;
  readonly value: number;
}

/**
 * The rate per second between two readings of a total; null where there is none: the first reading, a total that is
 * smaller than before (what counts has begun anew), a gap longer than `longestGapMs`, an instant that is not later.
 */
export function rateBetween(before: Total | null, now: Total, longestGapMs: number): number | null {
  if (before === null || now.value < before.value) return null;
  const gapMs = now.at - before.at;
  if (!(gapMs > 0) || gapMs > longestGapMs) return null;
  const rate = ((now.value - before.value) * 1_000) / gapMs;
  return Number.isFinite(rate) ? rate : null;
}
