import { chiSquaredQuantile } from './chi-squared.ts';
import { gammaP, gammaQ } from './incomplete-gamma.ts';

/** The complementary error function; large arguments keep their digits. */
export function erfc(x: number): number {
  return x >= 0 ? gammaQ(0.5, x * x) : 1 + gammaP(0.5, x * x);
}

/** P(|Z| > z) for a standard normal Z. */
export function twoSidedTail(z: number): number {
  return erfc(Math.abs(z) / Math.SQRT2);
}

/** The z with P(|Z| ≤ z) = confidence, 0 < confidence < 1: 1.96 for 0.95. */
export function twoSidedQuantile(confidence: number): number {
  return Math.sqrt(chiSquaredQuantile(confidence, 1));
}
