/** The median of the first `count` values, which are put in order for it; NaN of none. */
export function median(values: Float64Array, count: number): number {
  // By insertion: they are few, and neither a view nor a comparator is made for them.
  for (let index = 1; index < count; index += 1) {
    const value = values[index] ?? 0;
    let place = index;
    for (; place > 0 && (values[place - 1] ?? 0) > value; place -= 1) values[place] = values[place - 1] ?? 0;
    values[place] = value;
  }
  const upper = values[count >> 1] ?? Number.NaN;
  if (count === 0) return Number.NaN;
  return count % 2 === 1 ? upper : (upper + (values[(count >> 1) - 1] ?? Number.NaN)) / 2;
}
