import { correctForAutocorrelation, usualLags } from '../../model/trend/autocorrelation.ts';
import { kendallScore, standardised } from '../../model/trend/mann-kendall.ts';
import { twoSidedTail } from '../../model/special/normal.ts';
import type { Exhaustion, SlopeBand } from '../../model/trend/exhaustion.ts';

/** What the means of one window say. Rises to the limit; values, slopes and times as the mirrored means have them. */
export interface Finding {
  /**
   * ages: a sure rise, still going on, that reaches the limit no later than the window may look ahead · no-trend: may be
   * chance · away: falls or stands still · too-far: beyond what so short a window can tell · levelling-off: it rose, and
   * has slowed down.
   */
  readonly kind: 'ages' | 'no-trend' | 'away' | 'too-far' | 'levelling-off';
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
