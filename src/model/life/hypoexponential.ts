import { positiveRate } from '../refuse.ts';
import type { Life } from './life.ts';

/**
 * A life in two phases: healthy for an exponential time (`agingPerHour`, lambda_f), then degraded until a failure
 * (`failurePerHour`, lambda). The hazard rises from 0 to the smaller of both rates. The rates may be equal (Erlang), or so
 * close that the textbook's formula divides by almost nothing.
 */
export function hypoexponentialLife(agingPerHour: number, failurePerHour: number): Life {
  const rates: Rates = {
    aging: positiveRate('agingPerHour', agingPerHour),
    failure: positiveRate('failurePerHour', failurePerHour),
  };
  const healthyAt = (hours: number): number => Math.exp(-agingPerHour * hours);
  const degradedAt = (hours: number): number => degradedProbability(rates, hours);
  const survives = (hours: number): number => healthyAt(hours) + degradedAt(hours);
  const failed = (hours: number): number => failedBy(rates, hours, survives(hours));
  const share = (hours: number): number => degradedShare(rates, hours);
  return {
    meanHours: 1 / agingPerHour + 1 / failurePerHour,
    hazardRises: true,
    failed,
    survives,
    lived: (hours) => -Math.expm1(-agingPerHour * hours) / agingPerHour + failed(hours) / failurePerHour,
    hazard: (hours) => failurePerHour * share(hours),
    degraded: { hours: (hours) => failed(hours) / failurePerHour, share, healthyAt, degradedAt },
  };
}

interface Rates {
  readonly aging: number;
  readonly failure: number;
}

/** (1 - e^-z) / z. */
const mean = (z: number): number => (z === 0 ? 1 : -Math.expm1(-z) / z);

/** lf t E1(|l - lf| t): the probability of being degraded, divided by e^(-min(lf, l) t). */
const degradedFactor = ({ aging, failure }: Rates, hours: number): number =>
  aging * hours * mean(Math.abs(failure - aging) * hours);

function degradedProbability(rates: Rates, hours: number): number {
  if (hours === Infinity) return 0;
  return degradedFactor(rates, hours) * Math.exp(-Math.min(rates.aging, rates.failure) * hours);
}

/** Both probabilities divided by e^(-min(lf, l) t), so that the share is known long after both have underflowed. */
function degradedShare(rates: Rates, hours: number): number {
  const { aging, failure } = rates;
  if (hours === Infinity) return Math.min(aging, failure) / failure;
  const degraded = degradedFactor(rates, hours);
  return degraded / (Math.exp(-Math.max(0, aging - failure) * hours) + degraded);
}

/**
 * F(t) in the form that does not cancel: the series x y (1/2! - h1/3! + h2/4! - ...) in the complete symmetric
 * polynomials of x = lf t and y = l t while both are below 1, 1 - R where that is large, else a difference of two terms
 * that are far apart.
 */
function failedBy({ aging, failure }: Rates, hours: number, survives: number): number {
  if (hours === Infinity) return 1;
  const [x, y] = [aging * hours, failure * hours];
  if (Math.max(x, y) < 1) {
    let [polynomial, power, factorial, sum] = [1, 1, 2, 0.5];
    for (let m = 1; m <= 22; m += 1) {
      power *= x;
      polynomial = polynomial * y + power;
      factorial *= m + 2;
      sum += (m % 2 === 0 ? polynomial : -polynomial) / factorial;
    }
    return x * y * sum;
  }
  if (survives < 0.9) return 1 - survives;
  return (failure * Math.expm1(-x) - aging * Math.expm1(-y)) / (aging - failure);
}
