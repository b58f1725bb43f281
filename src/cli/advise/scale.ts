import { amountInWords } from './figures.ts';

/** An amount beside an axis, where there is little room. */
function shortAmount(amount: number): string {
  return amount >= 1e7 ? amount.toExponential().replace('e+', 'e') : amountInWords(amount);
}

/** An axis: where a value stands on it, from 0 to 1, and what is written beside it. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly Tick[];
  readonly low: number;
  readonly high: number;
}

export interface Tick {
  readonly value: number;
  readonly label: string;
}

const hour = 1;
const day = 24;
const year = 8760;
const steps: readonly Tick[] = [
  { value: hour / 3600, label: '1 s' },
  { value: hour / 360, label: '10 s' },
  { value: hour / 60, label: '1 min' },
  { value: hour / 6, label: '10 min' },
  { value: hour, label: '1 h' },
  { value: 3 * hour, label: '3 h' },
  { value: 8 * hour, label: '8 h' },
  { value: day, label: '1 d' },
  { value: 3 * day, label: '3 d' },
  { value: 7 * day, label: '7 d' },
  { value: 30 * day, label: '30 d' },
  { value: 90 * day, label: '90 d' },
  { value: year, label: '1 y' },
  { value: 3 * year, label: '3 y' },
  { value: 10 * year, label: '10 y' },
  { value: 100 * year, label: '100 y' },
  { value: 1000 * year, label: '1,000 y' },
];

/** Intervals, in equal steps of the logarithm, with the lengths of time that people know. */
export function timeScale(low: number, high: number): Scale {
  const at = logarithmic(low, high);
  const inside = steps.filter(({ value }) => value >= low * 0.999 && value <= high * 1.001);
  return { at, ticks: inside, low, high };
}

/**
 * Amounts from `least` to `most`: from zero up, so that lengths compare; in equal steps of the logarithm where the least
 * would lie on the ground otherwise.
 */
export function amountScale(least: number, most: number, label = shortAmount): Scale {
  if (most > least * steep && least > 0) {
    const [low, high] = [Math.max(least, most * lowest) / 1.5, most * 1.1];
    const ticks = powers(low, high).map((value) => ({ value, label: label(value) }));
    return { at: logarithmic(low, high), ticks, low, high };
  }
  const high = most > 0 ? most * 1.08 : 1;
  const step = niceStep(high / 5);
  const ticks: Tick[] = [];
  for (let n = 0; n * step <= high; n += 1) ticks.push({ value: n * step, label: label(n * step) });
  return { at: (value) => value / high, ticks, low: 0, high };
}

/** How many times the least the most may be before the scale becomes logarithmic. */
const steep = 25;
/** What is less than this share of the most lies below the picture. */
const lowest = 1e-15;

function logarithmic(low: number, high: number): (value: number) => number {
  const width = Math.log(high / low);
  return (value) => (value > 0 ? Math.log(value / low) / width : -Infinity);
}

/** 1, 2 or 5 times a power of ten; only the powers where there are many. */
function powers(low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const within = last - first <= 3 ? [1, 2, 5] : [1];
  const apart = Math.max(1, Math.ceil((last - first) / 6));
  return Array.from({ length: last - first + 1 }, (_, n) => first + n)
    .filter((_, n) => n % apart === 0)
    .flatMap((power) => within.map((times) => times * 10 ** power))
    .filter((value) => value >= low && value <= high);
}

/** The next of 1, 2, 2.5, 5 times a power of ten. */
function niceStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  const [times = 10] = [1, 2, 2.5, 5].filter((one) => one * power >= size * 0.999);
  return times * power;
}
