/** The median of the first `count` values, which are put in order for it; NaN of none. */
export function median(values: Float64Array, count: number): number {
  const used = values.subarray(0, count).sort();
  const middle = count >> 1;
  const upper = used[middle] ?? Number.NaN;
  return count % 2 === 1 ? upper : (upper + (used[middle - 1] ?? Number.NaN)) / 2;
}
