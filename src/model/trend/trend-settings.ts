import { notNegative, refuse } from '../refuse.ts';
import type { Limit } from './exhaustion.ts';

/** What counts as aging. */
export interface TrendSettings {
  readonly limit: Limit;
  /** A trend counts when chance alone would show one as strong less often than this. */
  readonly alpha: number;
  /** Of the bands of slope and time. */
  readonly confidence: number;
  /** Below so many samples nothing is said. */
  readonly minimumSamples: number;
  /** Nothing is said either while the first and the last sample are closer than this. */
  readonly minimumSpanMs: number;
  /** A slower trend is none, however sure; in value per hour, 0 for any. */
  readonly minimumSlopePerHour: number;
}

/** Ten samples: from there on the normal distribution serves for S (Gilbert 1987, section 16.4.1). */
export const usualTrendSettings: Omit<TrendSettings, 'limit'> = {
  alpha: 0.05,
  confidence: 0.95,
  minimumSamples: 10,
  minimumSpanMs: 0,
  minimumSlopePerHour: 0,
};

/** How much is there and how much is missing, before anything can be said. */
export interface NotEnoughSamples {
  readonly kind: 'not-enough-data';
  readonly samples: number;
  readonly missingSamples: number;
  readonly spanMs: number;
  readonly missingSpanMs: number;
}

/**
 * Fewer samples than this are never enough: with all of them rising, chance alone would do the same with probability
 * 2/n!, which has to be below alpha.
 */
export function fewestSamples(alpha: number): number {
  let n = 2;
  for (let share = 1; share >= alpha; share /= n) n++;
  return n;
}

/** Null when there is enough. */
export function missingSamples(
  count: number,
  spanMs: number,
  { alpha, minimumSamples, minimumSpanMs }: TrendSettings,
): NotEnoughSamples | null {
  const needed = Math.max(minimumSamples, fewestSamples(alpha));
  if (count >= needed && spanMs >= minimumSpanMs) return null;
  return {
    kind: 'not-enough-data',
    samples: count,
    missingSamples: Math.max(0, needed - count),
    spanMs,
    missingSpanMs: Math.max(0, minimumSpanMs - spanMs),
  };
}

/** @throws RejuvError `model-input` naming the setting. */
export function requireSettings(settings: TrendSettings): void {
  const { limit, alpha, confidence, minimumSamples, minimumSpanMs, minimumSlopePerHour } = settings;
  if (!Number.isFinite(limit.value)) refuse('limit', `must be a finite number, not ${limit.value}`);
  requireShare('alpha', alpha);
  requireShare('confidence', confidence);
  notNegative('minimumSamples', minimumSamples);
  notNegative('minimumSpanMs', minimumSpanMs);
  notNegative('minimumSlopePerHour', minimumSlopePerHour);
}

function requireShare(field: string, value: number): void {
  if (!(value > 0 && value < 1)) refuse(field, `must lie between 0 and 1; it is ${value}`);
}
