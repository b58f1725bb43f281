import { at } from '../../model/special/at.ts';
import { exhaustion, type Limit } from '../../model/trend/exhaustion.ts';
import { kendallScore } from '../../model/trend/mann-kendall.ts';
import { median } from '../../model/trend/order.ts';
import { senSlope } from '../../model/trend/sen-slope.ts';
import { hourMs, meanMs, mediansBack, type Means } from './means.ts';
import { confidence, plainTest, type Finding } from './window.ts';

/** Fewer say nothing. */
const fewest = 12;
const usual = 32;
/** Several windows are tried at each look, so that each has to be surer than one alone. */
const alpha = 0.01;
/** The second half has to rise at least at this share of the pace of the whole. */
export const knobs = { raw: 0.75, rawLong: 1, shaped: 0.75, stillRising: 0.5, shortAlpha: 0.01 };

/**
 * What some hours say: medians of a 32nd of the window, Mann and Kendall's test and Sen's slope.
 * @param shape the usual course of the day, by hours back from the last mean; null: not known, and a rise may be the morning.
 * @returns null where too little was measured, or where the values lie so far below the limit that no test is needed
 */
export function shortWindow(
  means: Means,
  windowMs: number,
  shape: Float64Array | null,
  limit: Limit,
  always: boolean,
): Finding | null {
  const medianMs = Math.max(1, Math.ceil(windowMs / usual / meanMs)) * meanMs;
  const raw = mediansBack(means, medianMs, Math.round(windowMs / medianMs));
  const reach = (shape === null ? knobs.raw + (knobs.rawLong - knobs.raw) * Math.min(1, Math.max(0, (windowMs / hourMs - 4) / 8)) : knobs.shaped) * (windowMs / hourMs);
  const hours: number[] = [];
  const values: number[] = [];
  const levels: number[] = [];
  for (let back = raw.length - 1; back >= 0; back--) {
    const level = raw[back] ?? NaN;
    const usually = shape === null ? 0 : between(shape, ((back + 0.5) * medianMs) / hourMs - 0.5);
    if (Number.isNaN(level - usually)) continue;
    hours.push((-back * medianMs) / hourMs);
    levels.push(level);
    values.push(level - usually);
  }
  if (values.length < fewest) return null;
  const tail = Math.max(2, Math.round(values.length / 8));
  const anchor = { time: median(hours.slice(-tail)), value: median(levels.slice(-tail)) };
  if (!always && !risesBy((limit.value - anchor.value) / reach, hours, values)) return null;
  const line = senSlope(hours, values, kendallScore(values).variance, confidence);
  const { slope, lower, upper } = line;
  const perHour = { slope, lower, upper };
  const ahead = exhaustion(perHour, [anchor], 0, limit);
  const tested = plainTest(hours, values, slope);
  const basis = { ...tested, n: values.length, perHour, windowMs, medianMs, withoutDay: shape !== null };
  const found = (kind: Finding['kind']): Finding => ({ kind, basis, exhaustion: ahead });
  if (slope <= 0) return found('away');
  if (tested.p >= knobs.shortAlpha) return found('no-trend');
  if (ahead.best > reach) return found('too-far');
  const half = values.length >> 1;
  const late = senSlope(hours.slice(half), values.slice(half), 1, confidence).slope;
  return found(late < knobs.stillRising * slope ? 'levelling-off' : 'ages');
}

/** Whether at least half of all pairs rise as fast: what Sen's slope would say, without putting them in order. */
function risesBy(slope: number, hours: readonly number[], values: readonly number[]): boolean {
  let steep = 0;
  for (let j = 1; j < values.length; j++) {
    for (let i = 0; i < j; i++) {
      const [rise, time] = [at(values, j) - at(values, i), at(hours, j) - at(hours, i)];
      if (rise >= slope * time) steep++;
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

/** The usual course of the day: by hours back, the median over the days before these `hours`. NaN where none has it. */
export function shapeOfDay(hourly: Float64Array, hours: number): Float64Array | null {
  const days = Math.floor((hourly.length - hours) / 24);
  if (days < 1) return null;
  return Float64Array.from({ length: hours + 1 }, (_, back) => {
    const before = Array.from({ length: days }, (__, k) => hourly[back + 24 * (k + 1)] ?? NaN);
    const there = before.filter((x) => !Number.isNaN(x));
    return there.length === 0 ? NaN : median(there);
  });
}
