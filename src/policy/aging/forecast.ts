import type { Samples } from '../../domain/sample.ts';
import type { Exhaustion, Limit } from '../../model/trend/exhaustion.ts';
import { shapeOfDay } from './day-shape.ts';
import { daysWindow } from './days-window.ts';
import { lifeBefore } from './life-before.ts';
import { dayMs, hourMs, meanMs, meansSince, mediansBack, middle, type Means } from './means.ts';
import { shortWindow, type Known } from './short-window.ts';
import type { Basis, Finding, Judged, Window } from './window.ts';

/** Where a figure is going. Levels and slopes in the unit of the figure. */
export type Forecast =
  /** Fewer than twelve means, or less than two hours since the last start. */
  | { readonly kind: 'not-enough-data'; readonly means: number; readonly spanMs: number }
  /** It is at the limit or beyond, trend or not. */
  | { readonly kind: 'reached'; readonly level: number }
  /** Nothing says that it reaches the limit; `why`: what the longest window says. */
  | {
      readonly kind: 'steady';
      readonly level: number;
      readonly why: Exclude<Judged, 'ages'>;
      readonly basis: Basis;
    }
  | {
      readonly kind: 'ages';
      readonly level: number;
      readonly basis: Basis;
      /** Milliseconds from now; `latest` is Infinity where the band holds slopes that do not lead there. */
      readonly exhaustion: Exhaustion;
    };

export interface ForecastAsk {
  /** Means of five minutes; those before `since` show the course of the day while a life is young. */
  readonly samples: Samples;
  /** When the server was young last: older means are not of this life. Null: unknown, all of the last week do. */
  readonly since: number | null;
  readonly limit: number;
  /** Whether the figure rises or falls to its limit. */
  readonly direction: 'up' | 'down';
  readonly now: number;
}

const leastMeans = 12;
const leastSpanMs = 2 * hourMs;
/** From here on days are compared. */
const leastDaysMs = 1.5 * dayMs;
/** Beside the whole life, so that a leak is seen which began long after the start; the longest first. */
const windows = [4 * dayMs, 2 * dayMs, 30 * hourMs, 16 * hourMs, 8 * hourMs, 4 * hourMs];
const hoursOfShape = 30;
const hoursOfWeek = 168;

/**
 * Whether and when a figure reaches its limit. Pure; about a millisecond for a week of means. Looks at the whole life
 * since `since`, a week at most, and at shorter windows that end now; the longest that ages answers.
 */
export function forecast({ samples, since, limit, direction, now }: ForecastAsk): Forecast {
  const sign = direction === 'up' ? 1 : -1;
  const means = meansSince(samples, Math.max(since ?? -Infinity, now - 7 * dayMs), sign);
  const count = means.times.length;
  const [first, last] = [means.times[0] ?? now, means.times[count - 1] ?? now];
  const spanMs = count === 0 ? 0 : last - first + meanMs;
  const level = count === 0 ? NaN : middle(means.values.slice(-3));
  if (count >= 3 && level >= sign * limit) return { kind: 'reached', level: sign * level };
  const enough = count >= leastMeans && spanMs >= leastSpanMs;
  const lately = (): Means => meansSince(samples, now - 7 * dayMs, sign);
  const found = enough ? search(means, spanMs, lately, { value: sign * limit, direction: 'up' }) : null;
  if (found === null) return { kind: 'not-enough-data', means: count, spanMs };
  const basis = sign === 1 ? found.basis : mirrored(found.basis);
  if (found.kind !== 'ages') return { kind: 'steady', level: sign * level, why: found.kind, basis };
  const fromNow = (hours: number): number => Math.max(0, hours * hourMs - (now - last));
  const { best, earliest, latest } = found.exhaustion;
  const exhaustion = { best: fromNow(best), earliest: fromNow(earliest), latest: fromNow(latest) };
  return { kind: 'ages', level: sign * level, basis, exhaustion };
}

/**
 * Whether `FIGURE reaches LIMIT within SPAN` holds: it ages, and most likely gets there in this time. The band does not
 * decide: its early end would make a false alarm of every doubt, its late end would wait until there is none. Null: not
 * enough data to say.
 */
export function reachesWithin(forecast: Forecast, withinMs: number): boolean | null {
  switch (forecast.kind) {
    case 'not-enough-data':
      return null;
    case 'reached':
      return true;
    case 'steady':
      return false;
    case 'ages':
      return forecast.exhaustion.best <= withinMs;
  }
}

/** @param lately the means of the last week, those before this life included */
function search(means: Means, spanMs: number, lately: () => Means, limit: Limit): Finding | null {
  const hourly = mediansBack(means, hourMs, Math.ceil(spanMs / hourMs));
  const ownShape = shapeOfDay(hourly, hoursOfShape);
  const known: Known =
    ownShape === null
      ? { hourly, ...lifeBefore(mediansBack(lately(), hourMs, hoursOfWeek), hourly.length, hoursOfShape) }
      : { hourly, shape: ownShape, standing: null };
  let whole: Finding | null = null;
  for (const windowMs of [spanMs, ...windows.filter((shorter) => shorter < 0.8 * spanMs)]) {
    const window: Window = { windowMs, limit, always: whole === null };
    const found: Finding | null =
      windowMs >= leastDaysMs ? daysWindow(hourly, window) : shortWindow(means, known, window);
    if (found?.kind === 'ages') return found;
    whole ??= found;
  }
  return whole;
}

function mirrored(basis: Basis): Basis {
  const { slope, lower, upper } = basis.perHour;
  return { ...basis, perHour: { slope: -slope, lower: -upper, upper: -lower } };
}
