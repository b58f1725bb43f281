import { RejuvError } from '../../domain/errors.ts';
import { findRoot } from './find-root.ts';
import { gammaP, gammaQ } from './incomplete-gamma.ts';

/** P(X > x) for X chi-squared with `df` degrees of freedom; small values keep their digits. */
export function chiSquaredTail(x: number, df: number): number {
  return x <= 0 ? 1 : gammaQ(df / 2, x / 2);
}

/** The x below which X lies with probability p, 0 < p < 1. @throws RejuvError `internal` for anything else. */
export function chiSquaredQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1 && df > 0)) {
    throw new RejuvError('internal', { problem: `no quantile ${p} with ${df} degrees of freedom` });
  }
  // In ln x, where the distribution is smooth down to zero; the smaller tail keeps its digits.
  const excess = (u: number): number => {
    const half = Math.exp(u) / 2;
    return p <= 0.5 ? gammaP(df / 2, half) - p : 1 - p - gammaQ(df / 2, half);
  };
  let low = Math.log(df);
  let high = low;
  while (excess(low) > 0) low -= 1;
  while (excess(high) < 0) high += 1;
  return Math.exp(findRoot(excess, low, high, 1e-14));
}
