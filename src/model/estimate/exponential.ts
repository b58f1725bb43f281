import { count, notNegative } from '../refuse.ts';
import { chiSquaredQuantile } from '../special/chi-squared.ts';
import {
  failuresIn,
  requireConfidence,
  requireLives,
  totalHours,
  type Band,
  type ObservedLife,
  type NotEnoughSeen,
} from './observed-life.ts';

/** Events per hour of exposure. Without events the rate is 0 and only its upper bound says something. */
export interface RateEstimate {
  readonly events: number;
  readonly exposureHours: number;
  readonly perHour: Band;
}

/**
 * The maximum-likelihood rate of a Poisson process, with the exact chi-squared interval for a fixed time of observation
 * (Garwood 1936). Null without exposure: then nothing is known.
 * @throws RejuvError `model-input` for a count or a time that is none.
 */
export function rateOf(events: number, exposureHours: number, confidence: number): RateEstimate | null {
  count('events', events, 0);
  notNegative('exposureHours', exposureHours);
  requireConfidence(confidence);
  if (exposureHours === 0) return null;
  const tail = (1 - confidence) / 2;
  const twice = 2 * exposureHours;
  return {
    events,
    exposureHours,
    perHour: {
      value: events / exposureHours,
      lower: events === 0 ? 0 : chiSquaredQuantile(tail, 2 * events) / twice,
      upper: chiSquaredQuantile(1 - tail, 2 * events + 2) / twice,
    },
  };
}

/** Lives that do not age: the hazard is the same at every age. */
export interface ExponentialFit extends RateEstimate {
  readonly kind: 'exponential';
  readonly logLikelihood: number;
}

/** Failures per hour of life, censored lives included. @throws RejuvError `model-input` as `requireLives` does. */
export function fitExponential(
  lives: readonly ObservedLife[],
  confidence: number,
): ExponentialFit | NotEnoughSeen {
  requireLives(lives);
  const failures = failuresIn(lives);
  const estimate = rateOf(failures, totalHours(lives), confidence);
  if (estimate === null) {
    return { kind: 'not-enough-data', seen: 0, missing: 1, why: 'no life has been observed' };
  }
  // At the maximum, rate times exposure is the number of failures.
  const logLikelihood = failures === 0 ? 0 : failures * (Math.log(estimate.perHour.value) - 1);
  return { kind: 'exponential', ...estimate, logLikelihood };
}
