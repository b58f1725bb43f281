/**
 * Positive weights of the states of a chain, each `mantissa * 2^exponent`. The weights of a chain of 1000 servers span
 * ten thousand orders of magnitude, a double 600; logarithms would lose digits that products of doubles keep.
 */
export interface Weights {
  readonly mantissas: Float64Array;
  readonly exponents: Int32Array;
}

export interface Scaled {
  readonly mantissa: number;
  readonly exponent: number;
}

/** A stationary distribution. Probabilities below 5e-324 are 0 in `probabilities`, but not in `ln`. */
export interface Distribution {
  readonly probabilities: Float64Array;
  /** Natural logarithm of a probability; -Infinity for a state that is never entered. */
  readonly ln: (state: number) => number;
}

const block = 200;
const large = 2 ** block;

/** The same number with a mantissa between 2^-200 and 2^200. */
export function scaled(mantissa: number, exponent: number): Scaled {
  let [m, e] = [mantissa, exponent];
  while (m > large) {
    m /= large;
    e += block;
  }
  while (m !== 0 && m < 1 / large) {
    m *= large;
    e -= block;
  }
  return { mantissa: m, exponent: e };
}

export function zeroWeights(size: number): Weights {
  return { mantissas: new Float64Array(size), exponents: new Int32Array(size) };
}

export function setWeight(weights: Weights, state: number, { mantissa, exponent }: Scaled): void {
  weights.mantissas[state] = mantissa;
  weights.exponents[state] = exponent;
}

/** Divides by the sum. All terms are positive, so nothing cancels. */
export function normalised({ mantissas, exponents }: Weights): Distribution {
  let top = -Infinity;
  mantissas.forEach((mantissa, state) => {
    if (mantissa > 0) top = Math.max(top, Math.floor(Math.log2(mantissa)) + (exponents[state] ?? 0));
  });
  let sum = 0;
  mantissas.forEach((mantissa, state) => (sum += timesPowerOf2(mantissa, (exponents[state] ?? 0) - top)));
  const probabilities = mantissas.map((mantissa, state) =>
    timesPowerOf2(mantissa / sum, (exponents[state] ?? 0) - top),
  );
  const ln = (state: number): number =>
    Math.log(mantissas[state] ?? 0) + ((exponents[state] ?? 0) - top) * Math.LN2 - Math.log(sum);
  return { probabilities, ln };
}

/** In steps, since 2^-1100 is 0 and yet 2^200 * 2^-1100 is not. */
function timesPowerOf2(value: number, exponent: number): number {
  if (value === 0 || exponent < -1500) return 0;
  let [result, left] = [value, exponent];
  while (left < -500) {
    result *= 2 ** -500;
    left += 500;
  }
  return result * 2 ** left;
}
