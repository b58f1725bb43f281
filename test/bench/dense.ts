import type { Chain } from '../../src/model/chain.ts';

/**
 * What one would write first: the balance equations as a dense matrix, one of them replaced by "the sum is 1", solved by
 * Gaussian elimination with partial pivoting. It subtracts, so that small probabilities lose their digits.
 */
export function denseSteadyState({ size, from, to, perHour }: Chain): Float64Array {
  const rows = Array.from({ length: size }, () => new Float64Array(size + 1));
  perHour.forEach((rate, n) => {
    rows[to[n]!]![from[n]!]! += rate;
    rows[from[n]!]![from[n]!]! -= rate;
  });
  rows[size - 1] = new Float64Array(size + 1).fill(1);
  for (let k = 0; k < size; k += 1) {
    let pivot = k;
    for (let i = k + 1; i < size; i += 1) {
      if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    }
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const row = rows[k]!;
    for (let i = k + 1; i < size; i += 1) {
      const below = rows[i]!;
      const factor = below[k]! / row[k]!;
      if (factor === 0) continue;
      for (let j = k; j <= size; j += 1) below[j]! -= factor * row[j]!;
    }
  }
  const solution = new Float64Array(size);
  for (let k = size - 1; k >= 0; k -= 1) {
    let rest = rows[k]![size]!;
    for (let j = k + 1; j < size; j += 1) rest -= rows[k]![j]! * solution[j]!;
    solution[k] = rest / rows[k]![k]!;
  }
  return solution;
}
