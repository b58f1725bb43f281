import { chiSquaredQuantile } from '../special/chi-squared.ts';
import { findRoot } from '../special/find-root.ts';
import type { Band, ObservedLife } from './observed-life.ts';
import { logLikelihood, type TwoStages } from './two-stage-likelihood.ts';

/** Where the maximum lies. */
export interface Maximum {
  readonly slow: number;
  readonly fast: number;
  readonly logLikelihood: number;
  /** The log-likelihood of one stage alone, which is approached as the fast rate grows. */
  readonly exponential: number;
  /** No ratio of the rates below this matters. */
  readonly least: number;
}

const ratioPace = 0.6;

/**
 * Intervals of the two rates and of the mean life: all values that, with the rest chosen as well as possible, are at
 * most half a chi-squared quantile less likely than the maximum (profile likelihood; Venzon and Moolgavkar 1988). They
 * hold where the rates are equal or one of them is beyond sight, where standard errors do not.
 */
export function profileBands(
  lives: readonly ObservedLife[],
  maximum: Maximum,
  confidence: number,
): { slowPerHour: Band; fastPerHour: Band; meanHours: Band } {
  const { slow, fast, least, exponential } = maximum;
  const allowed = maximum.logLikelihood - chiSquaredQuantile(confidence, 1) / 2;
  const band = (value: number, endless: boolean, sumFor: (value: number, ratio: number) => number): Band => {
    const excess = (ln: number): number =>
      mostLikely(lives, least, (ratio) => sumFor(Math.exp(ln), ratio)) - allowed;
    const end = (direction: 1 | -1): number => Math.exp(edge(excess, Math.log(value), direction));
    return { value, lower: end(-1), upper: endless ? Infinity : end(1) };
  };
  return {
    slowPerHour: band(slow, false, (value, ratio) => value * (1 + 1 / ratio)),
    fastPerHour: band(fast, exponential >= allowed, (value, ratio) => value * (1 + ratio)),
    meanHours: band(1 / slow + 1 / fast, false, (value, ratio) => (1 + ratio) ** 2 / (ratio * value)),
  };
}

/** Where a function that is positive at the start falls below zero, in one direction. */
function edge(excess: (x: number) => number, start: number, direction: 1 | -1): number {
  let inside = start;
  let step = 0.125;
  let outside = start + direction * step;
  while (excess(outside) > 0) {
    inside = outside;
    step *= 2;
    outside = inside + direction * step;
  }
  return findRoot(excess, inside, outside, 1e-8);
}

/** The largest likelihood over the ratio of the rates: the best of a row of points, then a golden section around it. */
function mostLikely(
  lives: readonly ObservedLife[],
  least: number,
  sumFor: (ratio: number) => number,
): number {
  const at = (ln: number): number => {
    const ratio = Math.min(1, Math.exp(ln));
    const stages: TwoStages = { sum: sumFor(ratio), ratio };
    return logLikelihood(lives, stages);
  };
  const lowest = Math.log(least);
  const steps = Math.ceil(-lowest / ratioPace);
  const points = Array.from({ length: steps + 1 }, (_, k) => (k * lowest) / steps);
  const best = points.map((ln) => ({ ln, value: at(ln) })).reduce((a, b) => (b.value > a.value ? b : a));
  return goldenMaximum(
    at,
    Math.max(lowest, best.ln - ratioPace),
    Math.min(0, best.ln + ratioPace),
    best.value,
  );
}

function goldenMaximum(f: (x: number) => number, from: number, to: number, known: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let low = from;
  let high = to;
  let left = high - golden * (high - low);
  let right = low + golden * (high - low);
  let atLeft = f(left);
  let atRight = f(right);
  // The maximum is flat: a ratio exact to four digits gives a likelihood exact to eight.
  while (high - low > 1e-4) {
    if (atLeft >= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - golden * (high - low);
      atLeft = f(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + golden * (high - low);
      atRight = f(right);
    }
  }
  return Math.max(known, atLeft, atRight);
}
