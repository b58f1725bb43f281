import { exhaustion } from '../../model/trend/exhaustion.ts';
import { kendallScore } from '../../model/trend/mann-kendall.ts';
import { median } from '../../model/trend/order.ts';
import { senSlope } from '../../model/trend/sen-slope.ts';
import { at } from '../../model/special/at.ts';
import { hourMs, meanMs, mediansBack, type Means } from './means.ts';
import { reachHours } from './reach.ts';
import { comesToRestAt, confidence, plainTest, type Finding, type Window } from './window.ts';

/** Fewer medians say nothing. */
const fewest = 12;
const usual = 32;
/** Several windows are tried at each look, so that each has to be surer than one alone. */
const alpha = 0.01;

/**
 * What some hours say: medians of a 32nd of the window, Mann and Kendall's test and Sen's slope.
 * @param hourly medians per hour of the whole life, back from the last mean
 * @param shape the usual course of the day, by hours back; null: not known yet
 */
export function shortWindow(
  means: Means,
  hourly: Float64Array,
  shape: Float64Array | null,
  { windowMs, limit, always }: Window,
): Finding | null {
  const medianMs = Math.max(1, Math.ceil(windowMs / usual / meanMs)) * meanMs;
  const { hours, levels, values } = pointsOf(means, shape, medianMs, Math.round(windowMs / medianMs));
  const n = values.length;
  if (n < fewest) return null;
  const tail = Math.max(2, Math.round(n / 8));
  const anchor = { time: median(hours.slice(-tail)), value: median(levels.slice(-tail)) };
  const reach = reachHours(windowMs, shape !== null);
  if (!always && !risesBy((limit.value - anchor.value) / (reach - anchor.time), hours, values)) return null;
  const { slope, lower, upper } = senSlope(hours, values, kendallScore(values).variance, confidence);
  const perHour = { slope, lower, upper };
  const tested = plainTest(hours, values, slope);
  const ahead = exhaustion(perHour, [anchor], 0, limit);
  const basis = { ...tested, n, perHour, windowMs, medianMs, withoutDay: shape !== null };
  const found = (kind: Finding['kind']): Finding => ({ kind, basis, exhaustion: ahead });
  if (slope <= 0) return found('away');
  if (tested.p >= alpha) return found('no-trend');
  if (ahead.best > reach) return found('too-far');
  if (wasThere(hourly, windowMs, anchor.value)) return found('seen-before');
  const half = n >> 1;
  const slopeOf = (from: number, to: number): number =>
    senSlope(hours.slice(from, to), values.slice(from, to), 1, confidence).slope;
  const apart = (at(hours, n - 1) - at(hours, 0)) / 2;
  const rest = comesToRestAt(anchor.value, slopeOf(0, half), slopeOf(half, n), apart);
  return found(rest < limit.value ? 'levelling-off' : 'ages');
}

/** Oldest first; `values` are the levels beside the usual course of the day. */
function pointsOf(means: Means, shape: Float64Array | null, medianMs: number, count: number) {
  const medians = mediansBack(means, medianMs, count);
  const hours: number[] = [];
  const levels: number[] = [];
  const values: number[] = [];
  for (let back = count - 1; back >= 0; back--) {
    const level = at(medians, back);
    const usually = shape === null ? 0 : between(shape, ((back + 0.5) * medianMs) / hourMs - 0.5);
    if (Number.isNaN(level - usually)) continue;
    hours.push((-back * medianMs) / hourMs);
    levels.push(level);
    values.push(level - usually);
  }
  return { hours, levels, values };
}

/** Whether this life was as high before the last quarter of the window, and came down: a load or a collector does that. */
function wasThere(hourly: Float64Array, windowMs: number, level: number): boolean {
  const before = hourly.subarray(Math.max(1, Math.ceil(windowMs / hourMs / 4)));
  return before.some((median) => median >= level);
}

/** Whether at least half of all pairs rise as fast: what Sen's slope would say, without putting them in order. */
function risesBy(slope: number, hours: readonly number[], values: readonly number[]): boolean {
  let steep = 0;
  for (let j = 1; j < values.length; j++) {
    for (let i = 0; i < j; i++) {
      if (at(values, j) - at(values, i) >= slope * (at(hours, j) - at(hours, i))) steep++;
    }
  }
  return 4 * steep >= values.length * (values.length - 1);
}

function between(shape: Float64Array, hoursBack: number): number {
  const place = Math.max(0, hoursBack);
  const below = Math.floor(place);
  const first = shape[below] ?? NaN;
  const second = shape[below + 1] ?? NaN;
  return Number.isNaN(second) ? first : first + (place - below) * (second - first);
}
