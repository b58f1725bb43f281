import type { Samples } from '../../../src/domain/sample.ts';
import type { Detector } from './detectors.ts';
import { day, stepMs, type Series } from './series.ts';

const weekOfMeans = 2016;
/** After an alarm the server is rejuvenated, and not again within a day. */
const pauseMs = day;

/**
 * Walks through a series and shows a detector, every so often, what rejuv would know then. Gives the instants of its
 * alarms: where its verdict had held for as long as it has to. After each the life begins anew, although the
 * series goes on. With `first`, stops at the first one from the beginning of the leak on.
 */
export function alarmsOf(series: Series, detector: Detector, everyMs: number, first = false): number[] {
  const { startAt, values, youngSince, way } = series;
  const times = new Float64Array(values.length);
  const means = new Float64Array(values.length);
  const alarms: number[] = [];
  let count = 0;
  let rejuvenatedAt = startAt;
  let holdsSince: number | null = null;
  for (const [i, value] of values.entries()) {
    if (!Number.isNaN(value)) {
      times[count] = startAt + i * stepMs;
      means[count++] = value;
    }
    const now = startAt + (i + 1) * stepMs;
    if (i % Math.round(everyMs / stepMs) !== 0) continue;
    if (alarms.length > 0 && now - rejuvenatedAt < pauseMs) continue;
    const since = Math.max(rejuvenatedAt, youngSince[i] ?? startAt);
    const samples = lastWeek(times, means, count);
    if (!detector.holds({ samples, since, now })) {
      holdsSince = null;
      continue;
    }
    holdsSince ??= now;
    if (now - holdsSince < detector.forMs) continue;
    alarms.push(now);
    if (first && way !== null && now >= way.beginsAt) break;
    rejuvenatedAt = now;
    holdsSince = null;
  }
  return alarms;
}

function lastWeek(times: Float64Array, means: Float64Array, count: number): Samples {
  const from = Math.max(0, count - weekOfMeans);
  return {
    length: count - from,
    at: (index) => times[from + index] ?? NaN,
    value: (index) => means[from + index] ?? NaN,
  };
}

/** How far a leak had come when it was found: 0 where it began, 1 at exhaustion; Infinity: never found. */
export function shareOfWay(series: Series, detector: Detector, everyMs: number): number {
  const { way } = series;
  if (way === null) return Infinity;
  const found = alarmsOf(series, detector, everyMs, true).find((at) => at >= way.beginsAt);
  return found === undefined ? Infinity : (found - way.beginsAt) / (way.exhaustedAt - way.beginsAt);
}
