import type { Bucket } from '../../domain/sample.ts';

/** A histogram as it was read at one instant. */
export interface Histogram {
  readonly at: number;
  readonly buckets: readonly Bucket[];
}

/**
 * The quantile of what was observed between two readings; null where there is none: the first reading, no observation in
 * between, a bucket that counts less than before or other buckets (what counts has begun anew), a gap longer than
 * `longestGapMs`, an instant that is not later.
 */
export function quantileBetween(
  quantile: number,
  before: Histogram | null,
  now: Histogram,
  longestGapMs: number,
): number | null {
  if (before === null || before.buckets.length !== now.buckets.length) return null;
  const gapMs = now.at - before.at;
  if (!(gapMs > 0) || gapMs > longestGapMs) return null;
  const more = now.buckets.map(({ bound, count }, index) => {
    const last = before.buckets[index];
    return { bound, count: last?.bound === bound ? count - last.count : -1 };
  });
  return more.some(({ count }) => count < 0) ? null : quantileOf(quantile, more);
}

/**
 * The value that this share of the observations is at most, in the unit of the bounds, as PromQL's histogram_quantile
 * estimates it: evenly spread within a bucket, the lowest of which begins at 0 where its bound is above; where it lies
 * beyond the last finite bound, that bound. Null without observations, or without a finite bound and +Inf.
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
export function quantileOf(quantile: number, buckets: readonly Bucket[]): number | null {
  const finite = monotone(buckets);
  const all = finite.pop();
  const last = finite.at(-1);
  if (all?.bound !== Infinity || last === undefined || !(all.count > 0)) return null;
  const rank = quantile * all.count;
  const at = finite.findIndex(({ count }) => count >= rank);
  const found = finite[at];
  if (found === undefined) return last.bound;
  const below = finite[at - 1];
  if (below === undefined && found.bound <= 0) return found.bound;
  const { bound: from, count: before } = below ?? { bound: 0, count: 0 };
  return from + (found.bound - from) * ((rank - before) / (found.count - before));
}

/** Buckets are not written all at once: one may count what a wider one does not yet. Prometheus forgives that too. */
function monotone(buckets: readonly Bucket[]): Bucket[] {
  let most = 0;
  return buckets.map(({ bound, count }) => ({ bound, count: (most = Math.max(most, count)) }));
}
