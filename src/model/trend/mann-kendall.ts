import { at } from '../special/at.ts';
import { twoSidedTail } from '../special/normal.ts';
import { ranksOf } from './order.ts';

/** Whether later values tend to be larger (S > 0) or smaller (S < 0), whatever the shape of the growth. */
export interface MannKendall {
  readonly n: number;
  /** How many pairs rise minus how many fall. */
  readonly s: number;
  /** Of S without a trend, ties taken into account. */
  readonly variance: number;
  /** With continuity correction; 0 where S or its variance is 0. */
  readonly z: number;
  /** Two-sided, from the normal distribution. */
  readonly pNormal: number;
  /** Two-sided, from the distribution of the number of inversions; null with ties or above 60 values. */
  readonly pExact: number | null;
  /** The exact one up to ten values, else the normal one. */
  readonly p: number;
  /** Kendall's tau a: S as a share of all pairs. */
  readonly tau: number;
}

const mostForExact = 60;
const exactUpTo = 10;

/** S and its variance alone: the exact distribution costs more than all the rest. */
export function kendallScore(values: readonly number[]): Pick<MannKendall, 's' | 'variance'> & {
  readonly tied: boolean;
} {
  const { ranks, ties } = ranksOf(values);
  return { s: risesMinusFalls(ranks), variance: varianceOf(values.length, ties), tied: ties.length > 0 };
}

/** The test of Mann (1945) and Kendall (1975) on values in order of time; n log n. Fewer than two values: no trend. */
export function mannKendall(values: readonly number[]): MannKendall {
  const n = values.length;
  const { s, variance, tied } = kendallScore(values);
  const z = standardised(s, variance);
  const pNormal = twoSidedTail(z);
  const pExact = tied || n > mostForExact ? null : exactTail(n, s);
  const p = pExact !== null && n <= exactUpTo ? pExact : pNormal;
  return { n, s, variance, z, pNormal, pExact, p, tau: n < 2 ? 0 : (2 * s) / (n * (n - 1)) };
}

/** (S - sgn S) / sqrt(variance), 0 if either is 0. */
export function standardised(s: number, variance: number): number {
  return s === 0 || variance === 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance);
}

function varianceOf(n: number, ties: readonly number[]): number {
  const term = (c: number): number => c * (c - 1) * (2 * c + 5);
  return ties.reduce((rest, c) => rest - term(c), term(n)) / 18;
}

/** S from the ranks, with a binary indexed tree (Fenwick 1994) over the doubled ranks, which are whole numbers. */
function risesMinusFalls(ranks: readonly number[]): number {
  const size = 2 * ranks.length;
  const tree = new Float64Array(size + 1);
  const countUpTo = (key: number): number => {
    let count = 0;
    for (let k = key; k > 0; k -= k & -k) count += at(tree, k);
    return count;
  };
  let s = 0;
  for (const [seen, rank] of ranks.entries()) {
    const key = 2 * rank;
    const smaller = countUpTo(key - 1);
    const larger = seen - countUpTo(key);
    s += smaller - larger;
    for (let k = key; k <= size; k += k & -k) tree[k] = at(tree, k) + 1;
  }
  return s;
}

/**
 * P(|S| at least as large) when all orders of n different values are equally likely: S = n(n-1)/2 - 2 inversions, and the
 * k-th value adds 0..k-1 inversions with equal probability (Mahonian numbers).
 */
function exactTail(n: number, s: number): number {
  if (s === 0) return 1;
  const pairs = (n * (n - 1)) / 2;
  const most = (pairs - Math.abs(s)) / 2;
  let shares = [1];
  for (let k = 2; k <= n; k++) {
    const next: number[] = [];
    let window = 0;
    for (let i = 0; i <= Math.min(most, (k * (k - 1)) / 2); i++) {
      window += shares[i] ?? 0;
      // Recomputed where the window loses its oldest share, so that tiny tails keep their digits.
      if (i >= k) window = shares.slice(i - k + 1, i + 1).reduce((a, b) => a + b, 0);
      next.push(window / k);
    }
    shares = next;
  }
  return Math.min(1, 2 * shares.reduce((a, b) => a + b, 0));
}
