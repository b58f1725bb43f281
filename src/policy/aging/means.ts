import type { Samples } from '../../domain/sample.ts';

/** The means of one life of a server, oldest first, all finite; mirrored where the figure falls to its limit. */
export interface Means {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Of five minutes each, as the samples' aggregates are. */
export const meanMs = 5 * 60_000;
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/**
 * The means that end after `from`; what is not finite is left out.
 * @param sign -1 turns a figure that falls to its limit into one that rises to it.
 */
export function meansSince(samples: Samples, from: number, sign: 1 | -1): Means {
  let first = samples.length;
  while (first > 0 && samples.at(first - 1) >= from) first--;
  const times = new Float64Array(samples.length - first);
  const values = new Float64Array(samples.length - first);
  let n = 0;
  for (let i = first; i < samples.length; i++) {
    const value = samples.value(i);
    if (!Number.isFinite(value)) continue;
    times[n] = samples.at(i);
    values[n++] = sign * value;
  }
  return { times: times.subarray(0, n), values: values.subarray(0, n) };
}

/**
 * Medians of `count` equal spans, counted back from the last mean: index 0 is the latest span, so that it is a whole
 * one. NaN where nothing was measured.
 */
export function mediansBack({ times, values }: Means, spanMs: number, count: number): Float64Array {
  const medians = new Float64Array(count).fill(NaN);
  let i = times.length - 1;
  const end = times[i] ?? 0;
  for (let back = 0; back < count; back++) {
    const from = end - (back + 1) * spanMs;
    const stop = i;
    while (i >= 0 && (times[i] ?? from) > from) i--;
    if (stop > i) medians[back] = middle(values.slice(i + 1, stop + 1));
  }
  return medians;
}

/** The median of at least one value; reorders them. */
export function middle(values: Float64Array): number {
  values.sort();
  const half = values.length >> 1;
  const upper = values[half] ?? NaN;
  return values.length % 2 === 1 ? upper : ((values[half - 1] ?? NaN) + upper) / 2;
}
