import { exhaustion } from '../../model/trend/exhaustion.ts';
import { kendallScore } from '../../model/trend/mann-kendall.ts';
import { median } from '../../model/trend/order.ts';
import { senSlope } from '../../model/trend/sen-slope.ts';
import { at } from '../../model/special/at.ts';
import { hourMs, meanMs, mediansBack, type Means } from './means.ts';
import type { Standing } from './life-before.ts';
import { reachHours } from './reach.ts';
import { seenBefore } from './seen-before.ts';
import { comesNear, mayBeLoad, risesAllAlong } from './unknown-day.ts';
import { comesToRestAt, confidence, plainTest, type Finding, type Window } from './window.ts';

/** Fewer medians say nothing. */
const fewest = 12;
const usual = 32;
/** Several windows are tried at each look, so that each has to be surer than one alone. */
const alpha = 0.01;
/** A cache that fills comes to rest before so much of what is left to the limit; nearer to it, noise would decide. */
const restShare = 0.6;
/** The last third still rises by so much of the whole, or it was a step up. */
const keptAtTheEnd = 1 / 4;
/** In a quarter of the window. */
const suddenShare = 0.75;
/** Where it rises all along, less is enough: a cache that fills at the start, and then the load of the day. */
const suddenAllAlong = 0.65;
/** Beyond, an evening alone lets the last third stand still, unless the course of the day is known. */
const longestForTheEndMs = 8 * hourMs;

/** What a life knows of itself beside the window. */
export interface Known {
  /** Medians per hour of the whole life, back from the last mean. */
  readonly hourly: Float64Array;
  /** The usual course of the day, by hours back; null: not known yet. */
  readonly shape: Float64Array | null;
  /** How the life before stood; null: not known. */
  readonly standing: Standing | null;
}

/** What some hours say: medians of a 32nd of the window, Mann and Kendall's test and Sen's slope. */
export function shortWindow(
  means: Means,
  { hourly, shape, standing }: Known,
  { windowMs, limit, always }: Window,
): Finding | null {
  const points = pointsOf(means, shape, windowMs);
  const { hours, levels, values, medianMs } = points;
  const n = values.length;
  if (n < fewest) return null;
  const tail = Math.max(2, Math.round(n / 8));
  const anchor = { time: median(hours.slice(-tail)), value: median(levels.slice(-tail)) };
  const reach = reachHours(windowMs, shape !== null);
  // Of the whole life: a shorter window may have been chosen between two falls of the load.
  const whole = hourly.length * hourMs < windowMs + hourMs;
  const allAlong = shape === null && whole && risesAllAlong(values, windowMs);
  const needed = (limit.value - anchor.value) / (reach - anchor.time);
  if (!always && !allAlong && !risesBy(needed, hours, values)) return null;
  const { slope, lower, upper } = senSlope(hours, values, kendallScore(values).variance, confidence);
  const perHour = { slope, lower, upper };
  const tested = plainTest(hours, values, slope);
  const ahead = exhaustion(perHour, [anchor], 0, limit);
  const basis = { ...tested, n, perHour, windowMs, medianMs, withoutDay: shape !== null };
  const found = (kind: Finding['kind']): Finding => ({ kind, basis, exhaustion: ahead });
  if (slope <= 0) return found('away');
  if (tested.p >= alpha) return found('no-trend');
  const slopeOf = (from: number, to: number): number =>
    senSlope(hours.slice(from, to), values.slice(from, to), 1, confidence).slope;
  const late = slopeOf(n - Math.floor(n / 3), n);
  const near = allAlong
    ? comesNear({ lowest: Math.min(...values), level: anchor.value, limit: limit.value, late, windowMs })
    : ahead.best <= reach && (shape !== null || !mayBeLoad(hourly, anchor.value, limit.value));
  if (!near) return found('too-far');
  if (seenBefore(hourly, standing, { value: anchor.value, windowMs, limit })) return found('seen-before');
  const tellsOfTheEnd = windowMs <= longestForTheEndMs || shape !== null || allAlong;
  if (tellsOfTheEnd && late < keptAtTheEnd * slope) return found('levelling-off');
  if (isSudden(points, tail, allAlong ? suddenAllAlong : suddenShare)) return found('sudden');
  // The falling load of an evening slows down what rises all along, without bringing it to rest.
  if (allAlong) return found('ages');
  const half = n >> 1;
  const apart = (at(hours, n - 1) - at(hours, 0)) / 2;
  const rest = comesToRestAt(anchor.value, slopeOf(0, half), slopeOf(half, n), apart);
  const low = anchor.value + restShare * (limit.value - anchor.value);
  return found(rest < low ? 'levelling-off' : 'ages');
}

interface Points {
  readonly hours: readonly number[];
  readonly levels: readonly number[];
  /** The levels beside the usual course of the day. */
  readonly values: readonly number[];
  readonly medianMs: number;
}

/** Some 32 medians, oldest first; where gaps leave too few of them, the means themselves. */
function pointsOf(means: Means, shape: Float64Array | null, windowMs: number): Points {
  const medianMs = Math.max(1, Math.ceil(windowMs / usual / meanMs)) * meanMs;
  const points = pointsEvery(means, shape, medianMs, windowMs);
  return points.values.length < fewest ? pointsEvery(means, shape, meanMs, windowMs) : points;
}

function pointsEvery(means: Means, shape: Float64Array | null, medianMs: number, windowMs: number): Points {
  const count = Math.round(windowMs / medianMs);
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
  return { hours, levels, values, medianMs };
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

/** Whether most of the rise from the beginning to the end came within a quarter of the time: a step, or a load. */
function isSudden({ hours, values, medianMs }: Points, tail: number, share: number): boolean {
  const n = values.length;
  const smooth = values.map((_, i) => median(values.slice(Math.max(0, i - 1), i + 2)));
  // In time and not in places: a rise while nothing was measured took as long as the gap.
  const measured = at(hours, n - 1) - at(hours, 0) + medianMs / hourMs;
  const quarter = measured / 4 + 1e-9;
  let steepest = -Infinity;
  for (let i = 0, later = 0; i < n; i++) {
    while (later + 1 < n && at(hours, later + 1) - at(hours, i) <= quarter) later++;
    steepest = Math.max(steepest, at(smooth, later) - at(smooth, i));
  }
  return steepest >= share * (median(values.slice(-tail)) - median(values.slice(0, tail)));
}

function between(shape: Float64Array, hoursBack: number): number {
  const place = Math.max(0, hoursBack);
  const below = Math.floor(place);
  const first = shape[below] ?? NaN;
  const second = shape[below + 1] ?? NaN;
  return Number.isNaN(second) ? first : first + (place - below) * (second - first);
}
