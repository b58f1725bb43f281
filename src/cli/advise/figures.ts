import { durationInWords } from '../../model/interval.ts';
import type { BandOut } from './advice.ts';

/** Numbers of the advice for people. */

/** `1,234`, `12.3`, `0.0123`: three digits, or all before the point. */
export function amountInWords(amount: number): string {
  if (amount === 0) return '0';
  const size = Math.abs(amount);
  if (size >= 1e15 || size < 1e-6) return amount.toExponential(2);
  const digits = size >= 100 ? 0 : Math.min(20, 2 - Math.floor(Math.log10(size)));
  return amount.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** A band as `12.3 (8.1 to 19)`; alone where it has no width. */
export function bandInWords({ value, lower, upper }: BandOut, words: (amount: number) => string): string {
  const one = (amount: number | null): string => (amount === null ? 'no end' : words(amount));
  if (lower === value && upper === value) return one(value);
  return `${one(value)} (${one(lower)} to ${one(upper)})`;
}

/** Hours a year as a length: `3 h 20 min`. */
export function hoursInWords(hours: number): string {
  if (hours > 0 && hours < 0.5 / 3600) return 'under 1 s';
  return durationInWords(hours);
}

/** As many nines as it has, and two digits more: `99.9954 %`. */
export function availabilityInWords(availability: number): string {
  const down = 1 - availability;
  if (down < 1e-12) return 'over 99.9999999999 %';
  const digits = Math.min(10, Math.max(1, Math.ceil(-Math.log10(down))));
  return `${(availability * 100).toFixed(digits)} %`;
}

/** An interval as people say it; null is never. */
export function everyInWords(hours: number | null): string {
  if (hours === null) return 'never';
  return hours === 0 ? 'all the time' : `every ${durationInWords(hours)}`;
}

export function percent(share: number): string {
  const size = share * 100;
  if (size > 99.5 && size < 100) return 'over 99 %';
  return `${size < 0.05 ? '0' : size < 10 ? size.toFixed(1) : Math.round(size).toString()} %`;
}
