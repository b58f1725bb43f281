import { rateOf } from './exponential.ts';
import { requireHours, type Band, type NotEnoughSeen } from './observed-life.ts';

/** How long something took, or, where it had not come to its end, has taken at least. */
export interface Duration {
  readonly hours: number;
  readonly complete: boolean;
}

export interface MeanDuration {
  readonly kind: 'mean';
  readonly count: number;
  /** How many had not come to their end. */
  readonly open: number;
  readonly hours: Band;
}

/**
 * The mean of repairs, boots or switchovers: all the time spent, by how many came to their end. The interval is that of
 * exponential durations, which is too wide rather than too narrow for a boot that always takes about the same.
 * @param what names the durations in an error. @throws RejuvError `model-input` naming the duration that is none.
 */
export function meanDuration(
  durations: readonly Duration[],
  confidence: number,
  what: string,
): MeanDuration | NotEnoughSeen {
  for (const [i, { hours }] of durations.entries()) requireHours(`${what}[${i}].hours`, hours);
  const count = durations.filter(({ complete }) => complete).length;
  const spent = durations.reduce((total, { hours }) => total + hours, 0);
  const rate = rateOf(count, spent, confidence);
  if (rate === null || count === 0) {
    const why = `no ${what} has been seen to its end`;
    return { kind: 'not-enough-data', seen: 0, missing: 1, why };
  }
  const { value, lower, upper } = rate.perHour;
  return {
    kind: 'mean',
    count,
    open: durations.length - count,
    hours: { value: 1 / value, lower: 1 / upper, upper: 1 / lower },
  };
}
