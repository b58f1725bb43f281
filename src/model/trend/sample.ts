import { refuse } from '../refuse.ts';

/** One measurement: a Unix instant in milliseconds and a value in whatever unit the metric has. */
export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

/**
 * Every pair of samples is compared, so time and memory grow with the square: 4,000 samples are 8 million slopes.
 * Monitoring data belongs in medians per hour before (medianPerBucket), which also keeps the test honest.
 */
export const mostSamples = 4000;

/** @throws RejuvError `model-input` for more than 4,000 samples, or as `requireOrder` does. */
export function requireSamples(samples: readonly Sample[]): void {
  if (samples.length > mostSamples) {
    refuse('samples', `${samples.length} samples are more than ${mostSamples}; take medians per hour first`);
  }
  requireOrder(samples);
}

/** @throws RejuvError `model-input` unless all numbers are finite and each sample is later than the one before. */
export function requireOrder(samples: readonly Sample[]): void {
  let before = -Infinity;
  for (const [i, { atMs, value }] of samples.entries()) {
    if (!Number.isFinite(atMs)) refuse(`samples[${i}].atMs`, `${atMs} is not an instant`);
    if (!Number.isFinite(value)) refuse(`samples[${i}].value`, `${value} is not a finite number`);
    if (atMs <= before) {
      refuse(`samples[${i}].atMs`, `${atMs} is not later than the sample before it, ${before}`);
    }
    before = atMs;
  }
}

const hourMs = 3_600_000;

/** Hours since the first sample. */
export function hoursOf(samples: readonly Sample[]): number[] {
  const [first] = samples;
  return first === undefined ? [] : samples.map(({ atMs }) => (atMs - first.atMs) / hourMs);
}
