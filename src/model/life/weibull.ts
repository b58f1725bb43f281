import { refuse, positive } from '../refuse.ts';
import { gammaP } from '../special/incomplete-gamma.ts';
import { gamma } from '../special/log-gamma.ts';
import type { Life } from './life.ts';

const leastShape = 0.05;
const greatestShape = 200;

/** A Weibull life: R(t) = exp(-(t / scale)^shape). A shape above 1 means aging, 1 none, below 1 early failures. */
export function weibullLife(shape: number, scaleHours: number): Life {
  if (!(shape >= leastShape && shape <= greatestShape)) {
    refuse('shape', `must be a number from ${leastShape} to ${greatestShape}; it is ${shape}`);
  }
  positive('scaleHours', scaleHours);
  const hazardScale = (hours: number): number => (hours / scaleHours) ** shape;
  const meanHours = scaleHours * gamma(1 + 1 / shape);
  return {
    meanHours,
    hazardRises: shape > 1,
    failed: (hours) => -Math.expm1(-hazardScale(hours)),
    survives: (hours) => Math.exp(-hazardScale(hours)),
    lived: (hours) => lived(shape, hours, hazardScale(hours), meanHours),
    hazard: (hours) => (shape / scaleHours) * (hours / scaleHours) ** (shape - 1),
    degraded: null,
  };
}

/**
 * M(t) = (s/b) gamma_lower(1/b, x) with x = (t/s)^b. For small x as t e^-x (1 + x/(a+1) + x^2/((a+1)(a+2)) + ...), a = 1/b,
 * which is the series of the same function (Abramowitz and Stegun 6.5.29) without its gamma functions.
 */
function lived(shape: number, hours: number, x: number, meanHours: number): number {
  const a = 1 / shape;
  if (x > a + 1) return meanHours * gammaP(a, x);
  let [term, sum] = [1, 1];
  for (let n = 1; term > sum * Number.EPSILON; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return hours * Math.exp(-x) * sum;
}
