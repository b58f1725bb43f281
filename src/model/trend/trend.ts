import { correctForAutocorrelation, usualLags } from './autocorrelation.ts';
import { driftOf, type Drift } from './drift.ts';
import { mannKendall } from './mann-kendall.ts';
import { hoursOf, requireSamples, type Sample } from './sample.ts';
import { senSlope } from './sen-slope.ts';
import {
  missingSamples,
  requireSettings,
  type NotEnoughSamples,
  type TrendSettings,
} from './trend-settings.ts';

/**
 * Whether a measurement drifts to its limit: Mann and Kendall's test with the correction of Hamed and Rao, Sen's slope,
 * and the time to the limit. For samples since the last restart of the server, at about even distances; with a daily
 * cycle use `seasonalTrend`. Some 0.2 s for 2,000 samples.
 * @throws RejuvError `model-input` for samples that are not finite, out of order, or more than 4,000.
 */
export function trend(samples: readonly Sample[], settings: TrendSettings): NotEnoughSamples | Drift {
  requireSettings(settings);
  requireSamples(samples);
  const hours = hoursOf(samples);
  const last = hours.at(-1) ?? 0;
  const missing = missingSamples(samples.length, last * 3_600_000, settings);
  if (missing !== null) return missing;
  const { alpha, confidence } = settings;
  const values = samples.map(({ value }) => value);
  const test = mannKendall(values);
  const line = senSlope(hours, values, test.variance, confidence);
  const lags = usualLags(values.length);
  const corrected = correctForAutocorrelation(hours, values, line.slope, test, { lags, alpha });
  // Where nothing had to be corrected, the exact distribution of few values stands.
  const p = corrected.factor > 1 ? corrected.p : test.p;
  const anchor = { time: line.medianTime, value: line.medianValue };
  const { slope, lower, upper } = line;
  return driftOf({ s: test.s, p }, { slope, lower, upper }, [anchor], last, settings);
}
