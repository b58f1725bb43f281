/** The median of the first `count` values, which are put in order for it; NaN of none. */
export function median(values: Float64Array, count: number): number {
  sort(values, count);
  const upper = values[count >> 1] ?? Number.NaN;
  if (count === 0) return Number.NaN;
  return count % 2 === 1 ? upper : (upper + (values[(count >> 1) - 1] ?? Number.NaN)) / 2;
}

const few = 40;

/** Puts the first `count` values in order. */
export function sort(values: Float64Array, count: number): void {
  if (count > few) {
    values.subarray(0, count).sort();
    return;
  }
  // By insertion: for a few values this is faster than to make a view of them.
  for (let index = 1; index < count; index += 1) {
    const value = values[index] ?? 0;
    let place = index;
    for (; place > 0 && (values[place - 1] ?? 0) > value; place -= 1) values[place] = values[place - 1] ?? 0;
    values[place] = value;
  }
}
