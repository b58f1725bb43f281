import { findRoot } from './special/find-root.ts';

export interface Minimum {
  readonly at: number;
  readonly value: number;
}

/** Step in ln x of the slope: small enough for its fourth-order error, large enough for the rounding of f. */
const step = 0.005;

/** The slope of f over ln x by five points. */
function slope(f: (x: number) => number, ln: number): number {
  const at = (steps: number): number => f(Math.exp(ln + steps * step));
  return (at(-2) - at(2) + 8 * (at(1) - at(-1))) / (12 * step);
}

/**
 * The least minimum inside a grid of samples (x rising, values of f there): every sample that is no higher than its
 * neighbours is refined to the zero of the slope beside it, so that no minimum wider than the grid is missed. Null if f
 * falls or rises all the way.
 */
export function innerMinimum(f: (x: number) => number, samples: readonly Minimum[]): Minimum | null {
  let best: Minimum | null = null;
  for (let n = 1; n < samples.length - 1; n += 1) {
    const [left, middle, right] = [samples[n - 1], samples[n], samples[n + 1]];
    if (left === undefined || middle === undefined || right === undefined) continue;
    if (middle.value > left.value || middle.value > right.value) continue;
    if (left.value === middle.value && middle.value === right.value) continue; // flat
    const [low, high] = [Math.log(left.at), Math.log(right.at)];
    const known = new Map<number, number>();
    const slopeAt = (ln: number): number => {
      const value = known.get(ln) ?? slope(f, ln);
      known.set(ln, value);
      return value;
    };
    if (!(slopeAt(low) < 0 && slopeAt(high) > 0)) continue;
    const at = Math.exp(findRoot(slopeAt, low, high, 1e-10));
    const value = f(at);
    if (best === null || value < best.value) best = { at, value };
  }
  return best;
}

/** Samples of f at equal steps of ln x from `low` to `high`. */
export function sampled(f: (x: number) => number, low: number, high: number, perDecade: number): Minimum[] {
  const steps = Math.max(2, Math.ceil(Math.log10(high / low) * perDecade));
  const ratio = (high / low) ** (1 / steps);
  return Array.from({ length: steps + 1 }, (_, n) => {
    const at = low * ratio ** n;
    return { at, value: f(at) };
  });
}
