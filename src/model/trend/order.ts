import { at } from '../special/at.ts';

/** The k-th smallest, k from 1; reorders the array so that nothing before it is larger (Hoare 1961, "FIND"). */
export function kthSmallest(values: Float64Array, k: number): number {
  const target = k - 1;
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = middleOfThree(at(values, low), at(values, (low + high) >>> 1), at(values, high));
    let i = low;
    let j = high;
    while (i <= j) {
      while ((values[i] ?? Infinity) < pivot) i++;
      while ((values[j] ?? -Infinity) > pivot) j--;
      if (i <= j) {
        const swapped = at(values, i);
        values[i++] = at(values, j);
        values[j--] = swapped;
      }
    }
    if (target <= j) high = j;
    else if (target >= i) low = i;
    else return at(values, target);
  }
  return at(values, target);
}

/** The value at a rank that may lie between two, by linear interpolation; ranks outside 1..n count as the end. */
export function valueAtRank(values: Float64Array, rank: number): number {
  const clipped = Math.min(values.length, Math.max(1, rank));
  const below = Math.floor(clipped);
  const share = clipped - below;
  const lower = kthSmallest(values, below);
  if (share === 0) return lower;
  return lower + share * (values.subarray(below).reduce((a, b) => Math.min(a, b), Infinity) - lower);
}

/** The median of at least one value; leaves the values as they are. */
export function median(values: readonly number[]): number {
  return valueAtRank(Float64Array.from(values), (values.length + 1) / 2);
}

/** Ranks from 1, with ties at their mean rank, and how many values share each tie. */
export function ranksOf(values: readonly number[]): { ranks: number[]; ties: number[] } {
  const order = values.map((_, i) => i).sort((a, b) => at(values, a) - at(values, b));
  const ranks = values.map(() => 0);
  const ties: number[] = [];
  for (let start = 0; start < order.length;) {
    const value = at(values, at(order, start));
    let end = start + 1;
    while (end < order.length && at(values, at(order, end)) === value) end++;
    for (let k = start; k < end; k++) ranks[at(order, k)] = (start + 1 + end) / 2;
    if (end - start > 1) ties.push(end - start);
    start = end;
  }
  return { ranks, ties };
}

function middleOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
