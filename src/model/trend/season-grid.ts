import { count, positive, refuse } from '../refuse.ts';
import { median } from './order.ts';
import { mostSamples, requireOrder, type Sample } from './sample.ts';

/** One row per cycle (a day), one column per season (an hour of the day); null where nothing was measured. */
export type SeasonGrid = readonly (readonly (number | null)[])[];

/** Medians of samples in windows of equal length, each at the middle of its window; windows begin at Unix time 0. */
export function medianPerBucket(samples: readonly Sample[], bucketMs: number): Sample[] {
  positive('bucketMs', bucketMs);
  return [...bucketed(samples, bucketMs)].map(([bucket, values]) => ({
    atMs: (bucket + 0.5) * bucketMs,
    value: median(values),
  }));
}

/**
 * Samples as a grid of medians. A cycle begins at a multiple of its length after Unix time 0, so a day begins at
 * midnight UTC; what matters is only that the same column is the same hour on every day.
 * @throws RejuvError `model-input` for samples that are not finite or out of order, or a grid of more than 4,000 cells.
 */
export function seasonGrid(samples: readonly Sample[], cycleMs: number, seasons: number): SeasonGrid {
  positive('cycleMs', cycleMs);
  count('seasons', seasons, 1);
  const cells = bucketed(samples, cycleMs / seasons);
  const rows = [...cells.keys()].map((cell) => Math.floor(cell / seasons));
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return [];
  const cycles = last - first + 1;
  if (cycles * seasons > mostSamples) {
    refuse(
      'samples',
      `${cycles} cycles of ${seasons} seasons are more than ${mostSamples} cells; take fewer`,
    );
  }
  return Array.from({ length: cycles }, (_, row) =>
    Array.from({ length: seasons }, (__, season) => {
      const values = cells.get((first + row) * seasons + season);
      return values === undefined ? null : median(values);
    }),
  );
}

/** The values of each window, in order of time. */
function bucketed(samples: readonly Sample[], bucketMs: number): Map<number, number[]> {
  requireOrder(samples);
  const buckets = new Map<number, number[]>();
  for (const { atMs, value } of samples) {
    const bucket = Math.floor(atMs / bucketMs);
    const values = buckets.get(bucket);
    if (values === undefined) buckets.set(bucket, [value]);
    else values.push(value);
  }
  return buckets;
}
