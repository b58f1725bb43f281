/**
 * The chance of at least `k` successes in `n` trials that each succeed with probability `p`. Summed in logarithms, so
 * that neither large counts nor tiny chances are lost.
 */
export function atLeast(k: number, n: number, p: number): number {
  if (k <= 0 || p >= 1) return 1;
  if (k > n || p <= 0) return 0;
  let log = 0;
  for (let i = 1; i <= k; i += 1) log += Math.log((n - k + i) / i);
  log += k * Math.log(p) + (n - k) * Math.log1p(-p);
  let term = Math.exp(log);
  let sum = term;
  for (let i = k; i < n; i += 1) {
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
    sum += term;
    // Behind the mode the terms only fall.
    if (i > n * p && term < sum * 1e-12) break;
  }
  return Math.min(1, sum);
}
