import type { ObservedLife } from './observed-life.ts';

/**
 * The likelihood of lives that are the sum of two exponential stages with rates r1 ≤ r2, in the two numbers that keep
 * it smooth where the rates meet: their sum, and their ratio r1/r2 from 0 (one stage) to 1 (two equal ones).
 */
export interface TwoStages {
  /** r1 + r2, per hour. */
  readonly sum: number;
  /** r1 / r2, above 0 and at most 1. */
  readonly ratio: number;
}

export function ratesOf({ sum, ratio }: TwoStages): { slow: number; fast: number } {
  return { slow: (sum * ratio) / (1 + ratio), fast: sum / (1 + ratio) };
}

/** (1 - e^-z) / z, 1 at 0. */
function share(z: number): number {
  return z === 0 ? 1 : -Math.expm1(-z) / z;
}

/** Half the distance of the rates. */
function halfGap({ sum, ratio }: TwoStages): number {
  return (sum / 2) * ((1 - ratio) / (1 + ratio));
}

/** Σ ln f over the failures + Σ ln R over the rest; nothing in it cancels, also where the rates are equal. */
export function logLikelihood(lives: readonly ObservedLife[], stages: TwoStages): number {
  const { slow, fast } = ratesOf(stages);
  const gap = 2 * halfGap(stages);
  let total = 0;
  for (const { hours, failed } of lives) {
    const weight = share(gap * hours);
    total += failed
      ? Math.log(slow) + Math.log(fast * hours * weight) - slow * hours
      : Math.log1p(slow * hours * weight) - slow * hours;
  }
  return total;
}

/** Its derivative by ln sum at a fixed ratio. Falls as the sum grows. */
export function scoreOfSum(lives: readonly ObservedLife[], stages: TwoStages): number {
  const { slow, fast } = ratesOf(stages);
  const gap = 2 * halfGap(stages);
  let total = 0;
  for (const { hours, failed } of lives) {
    const z = gap * hours;
    const weight = share(z);
    total += failed
      ? 1 - slow * hours + (z === 0 ? 1 : z / Math.expm1(z))
      : (-slow * hours * fast * hours * weight) / (1 + slow * hours * weight);
  }
  return total;
}

/**
 * Its derivative by ((r2 - r1)/2)² at a fixed sum: the likelihood is smooth in that square down to 0, so a derivative
 * below 0 there means that the maximum lies at equal rates.
 */
export function scoreOfGap(lives: readonly ObservedLife[], stages: TwoStages): number {
  const { slow, fast } = ratesOf(stages);
  const half = halfGap(stages);
  let total = 0;
  for (const { hours, failed } of lives) {
    const y = half * hours;
    const curve = hours * hours * curveOf(y);
    if (failed) {
      total += curve - 1 / slow / fast;
    } else {
      const middle = (stages.sum * hours) / 2;
      const sinh = share(2 * y);
      const cosh = (1 + Math.exp(-2 * y)) / 2;
      total += (sinh * ((hours * hours) / 2 + middle * curve)) / (cosh + middle * sinh);
    }
  }
  return total;
}

/** (y coth y - 1) / (2 y²): d ln(sinh y / y) / d y². By its series where the difference would lose digits. */
function curveOf(y: number): number {
  const square = y * y;
  if (y < 0.1) return 1 / 6 - square * (1 / 90 - square * (1 / 945 - square / 9450));
  return (y / Math.tanh(y) - 1) / (2 * square);
}
