import { logGamma } from './log-gamma.ts';

const tiny = 1e-300;
const mostTerms = 100_000;

/** The lower regularised incomplete gamma function P(a, x), for a > 0 and x ≥ 0. */
export function gammaP(a: number, x: number): number {
  return x < a + 1 ? series(a, x) : 1 - fraction(a, x);
}

/** The upper one, Q = 1 - P, with its own digits where it is small. */
export function gammaQ(a: number, x: number): number {
  return x < a + 1 ? 1 - series(a, x) : fraction(a, x);
}

/** x^a e^-x / Γ(a), the factor that both expansions share. */
function front(a: number, x: number): number {
  return Math.exp(a * Math.log(x) - x - logGamma(a));
}

/** P by its power series (Abramowitz and Stegun 6.5.29): all terms positive. */
function series(a: number, x: number): number {
  if (x === 0) return 0;
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < mostTerms && term > sum * Number.EPSILON; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * front(a, x);
}

/** Q by its continued fraction (Abramowitz and Stegun 6.5.31), evaluated as Lentz 1976 does. */
function fraction(a: number, x: number): number {
  if (x === Infinity) return 0;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < mostTerms; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / awayFromZero(an * d + b);
    c = awayFromZero(b + an / c);
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) <= Number.EPSILON) break;
  }
  return h * front(a, x);
}

function awayFromZero(x: number): number {
  return Math.abs(x) < tiny ? tiny : x;
}
