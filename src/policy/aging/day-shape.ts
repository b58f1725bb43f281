import { median } from '../../model/trend/order.ts';

/**
 * The usual course of the last `hours`: by hours back, the median of the same hour on the days before them. NaN where no
 * day has it; null while there is no whole day before.
 * @param hourly medians per hour, back from the last mean
 */
export function shapeOfDay(hourly: Float64Array, hours: number): Float64Array | null {
  const days = Math.floor((hourly.length - hours) / 24);
  if (days < 1) return null;
  return Float64Array.from({ length: hours + 1 }, (_, back) => {
    const before: number[] = [];
    for (let day = 1; day <= days; day++) {
      const value = hourly[back + 24 * day] ?? NaN;
      if (!Number.isNaN(value)) before.push(value);
    }
    return before.length === 0 ? NaN : median(before);
  });
}
