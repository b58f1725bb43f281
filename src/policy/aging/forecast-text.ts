import { writeDuration } from '../../domain/duration.ts';
import type { Forecast } from './forecast.ts';
import type { Basis, Judged } from './window.ts';

const tests: Readonly<Record<Basis['test'], string>> = {
  'mann-kendall': 'Mann-Kendall',
  'hamed-rao': 'Mann-Kendall after Hamed and Rao',
  'seasonal-kendall': 'seasonal Kendall',
};

const reasons: Readonly<Record<Exclude<Judged, 'ages'>, string>> = {
  'no-trend': 'no trend that chance would not show as well',
  away: 'does not go towards the limit',
  'too-far': 'the limit is further off than so little time can tell',
  'seen-before': 'about as high as it was before without running full',
  sudden: 'most of the rise came at once, as with a step or a load',
  'levelling-off': 'slows down, and comes to rest before the limit',
};

/**
 * For people, one line: what is expected and what it rests on.
 * @param write a value of the figure with its unit, such as `91 %`
 */
export function describeForecast(forecast: Forecast, write: (value: number) => string): string {
  switch (forecast.kind) {
    case 'not-enough-data':
      return `not enough data: ${forecast.means} means of five minutes over ${span(forecast.spanMs)}, at least 12 over 2h`;
    case 'reached':
      return `is at the limit with ${write(forecast.level)}`;
    case 'steady':
      return `${reasons[forecast.why]} (${basisText(forecast.basis, write)})`;
    case 'ages': {
      const { best, earliest, latest } = forecast.exhaustion;
      const until =
        latest === Infinity ? `${span(earliest)} at the earliest` : `${span(earliest)} to ${span(latest)}`;
      return `reaches the limit in ${span(best)} (${until}; ${basisText(forecast.basis, write)})`;
    }
  }
}

/** The slope with its band, and the test behind it. `write`: a value of the figure with its unit, such as `91 %`. */
export function basisText(
  { test, n, p, perHour, windowMs, medianMs }: Basis,
  write: (value: number) => string,
): string {
  const [slope, lower, upper] = [perHour.slope, perHour.lower, perHour.upper].map((x) => write(24 * x));
  const chance = p < 0.001 ? 'p < 0.001' : `p ${p.toFixed(3)}`;
  return `${slope} a day, ${lower} to ${upper}; ${tests[test]} on ${n} medians of ${span(medianMs)} over ${span(windowMs)}, ${chance}`;
}

/** No finer than minutes, and than hours where it is days. */
function span(ms: number): string {
  const finest = ms < 2 * 86_400_000 ? 60_000 : 3_600_000;
  return writeDuration(Math.round(ms / finest) * finest);
}
