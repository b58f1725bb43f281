import { correctForAutocorrelation, usualLags } from '../../model/trend/autocorrelation.ts';
import { kendallScore, standardised } from '../../model/trend/mann-kendall.ts';
import { twoSidedTail } from '../../model/special/normal.ts';
import type { Exhaustion, Limit, SlopeBand } from '../../model/trend/exhaustion.ts';

/** What is asked of one window; the figure rises to the limit. */
export interface Window {
  readonly windowMs: number;
  readonly limit: Limit;
  /** False: a window that could not reach the limit anyway may spare itself the test, and say nothing. */
  readonly always: boolean;
}

/**
 * What the means of one window say. ages: a sure rise, still going on, that reaches the limit no later than the window
 * may look ahead · no-trend: may be chance · away: falls or stands still · too-far: reaches the limit later than that ·
 * seen-before: this life was about as high before, or the one before stood there · sudden: most of it came at once · levelling-off: it slows down, and comes to rest below the limit.
 */
export type Judged = 'ages' | 'no-trend' | 'away' | 'too-far' | 'seen-before' | 'sudden' | 'levelling-off';

export interface Finding {
  readonly kind: Judged;
  readonly basis: Basis;
  /** Hours from the last mean. */
  readonly exhaustion: Exhaustion;
}

/** What a finding rests on. */
export interface Basis {
  readonly test: 'mann-kendall' | 'hamed-rao' | 'seasonal-kendall';
  /** How many medians were compared. */
  readonly n: number;
  /** Two-sided: how likely chance alone would show as much. */
  readonly p: number;
  readonly perHour: SlopeBand;
  readonly windowMs: number;
  /** Each of the medians is of so long. */
  readonly medianMs: number;
  /** True where the daily cycle was taken out. */
  readonly withoutDay: boolean;
}

export const confidence = 0.95;

/** The plain test, corrected where the values resemble each other beside the trend. */
export function plainTest(
  hours: readonly number[],
  values: readonly number[],
  slope: number,
): Pick<Basis, 'test' | 'p'> {
  const score = kendallScore(values);
  const lags = usualLags(values.length);
  const corrected = correctForAutocorrelation(hours, values, slope, score, { lags, alpha: 1 - confidence });
  return corrected.factor > 1
    ? { test: 'hamed-rao', p: corrected.p }
    : { test: 'mann-kendall', p: twoSidedTail(standardised(score.s, score.variance)) };
}

/**
 * Where a rise that slows down comes to rest, if each span goes on to rise by the same share of the one before it
 * (Aitken 1926): what a cache that fills does. Infinity where it does not slow down.
 * @param early the slope around a time `hoursApart` before that of `late`
 */
export function comesToRestAt(level: number, early: number, late: number, hoursApart: number): number {
  if (late <= 0) return level;
  if (late >= early) return Infinity;
  const kept = late / early;
  return level + (late * hoursApart * kept) / (1 - kept);
}
