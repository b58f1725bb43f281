import type { Chain } from './chain.ts';
import { addTo, identity, product, scaleRows, transposed, zeroMatrix, type Matrix } from './matrix.ts';

/** What a chain does in a time t: from each state (row) to each other (column). */
export interface Transient {
  readonly hours: number;
  /** e^(Q t): the probability of being there at the end. Rows sum to 1. */
  readonly arrives: Matrix;
  /** The integral of e^(Q s) over 0..t: the mean hours spent there. Rows sum to t. */
  readonly stays: Matrix;
}

/**
 * e^(Q t) and its integral by uniformisation over a step so short that few transitions are expected, and then by
 * doubling: e^(2Qt) = e^(Qt) e^(Qt), and the integral over 2t is that over t plus e^(Qt) times it. Everything is a sum
 * of positive terms, so that rare states keep their digits (A. Jensen 1953; C. Moler, C. Van Loan 2003, method 3).
 */
export function transient(chain: Chain, hours: number): Transient {
  const jumps = uniformised(chain);
  const doublings = Math.max(0, Math.ceil(Math.log2((jumps.perHour * hours) / expectedJumps)));
  let result = shortStep(jumps, hours / 2 ** doublings);
  for (let n = 0; n < doublings; n += 1) result = doubled(result);
  return result;
}

/** The same chain over twice the time. */
export function doubled({ hours, arrives, stays }: Transient): Transient {
  const twice = product(arrives, stays);
  addTo(twice, 1, stays);
  const arrivesLater = product(arrives, arrives);
  scaleRows(arrivesLater, 1);
  scaleRows(twice, 2 * hours);
  return { hours: 2 * hours, arrives: arrivesLater, stays: twice };
}

/** The chain as jumps at one common rate, some of which lead nowhere. */
interface Uniformised {
  readonly chain: Chain;
  readonly perHour: number;
}

function uniformised(chain: Chain): Uniformised {
  const out = new Float64Array(chain.size);
  chain.perHour.forEach((rate, n) => (out[chain.from[n] ?? 0] = (out[chain.from[n] ?? 0] ?? 0) + rate));
  return { chain, perHour: out.reduce((most, rate) => Math.max(most, rate), 0) };
}

/** A jump costs far less than a doubling. With this many expected, more than `jumpsAtMost` are less likely than 1e-45. */
const expectedJumps = 8;
const jumpsAtMost = 76;

/** Sum over n of the Poisson probabilities times the n-th power of the jump matrix, for few expected jumps. */
function shortStep({ chain, perHour }: Uniformised, hours: number): Transient {
  const expected = perHour * hours;
  const [arrives, stays] = [zeroMatrix(chain.size), zeroMatrix(chain.size)];
  const poisson = [Math.exp(-expected)];
  for (let n = 1; n <= jumpsAtMost + 20; n += 1) poisson.push(((poisson[n - 1] ?? 0) * expected) / n);
  // P(more than n jumps), summed from the small end.
  const more = new Float64Array(poisson.length);
  for (let n = poisson.length - 2; n >= 0; n -= 1) more[n] = (more[n + 1] ?? 0) + (poisson[n + 1] ?? 0);
  let power = identity(chain.size);
  for (let n = 0; n <= jumpsAtMost; n += 1) {
    addTo(arrives, poisson[n] ?? 0, power);
    addTo(stays, (more[n] ?? 0) / perHour, power);
    power = oneJump(chain, perHour, power);
  }
  const result = { hours, arrives: transposed(arrives), stays: transposed(stays) };
  scaleRows(result.arrives, 1);
  scaleRows(result.stays, hours);
  return result;
}

/** A transposed matrix times the jump matrix I + Q / perHour: a transition moves a whole row, from its state to its target. */
function oneJump({ size, from, to, perHour: rates }: Chain, perHour: number, before: Matrix): Matrix {
  const after = zeroMatrix(size);
  const stay = new Float64Array(size).fill(perHour);
  const add = (source: number, target: number, share: number): void => {
    const [here, there] = [source * size, target * size];
    for (let n = 0; n < size; n += 1) {
      after.cells[there + n] = (after.cells[there + n] ?? 0) + share * (before.cells[here + n] ?? 0);
    }
  };
  rates.forEach((rate, n) => {
    const source = from[n] ?? 0;
    stay[source] = (stay[source] ?? 0) - rate;
    add(source, to[n] ?? 0, rate / perHour);
  });
  stay.forEach((rate, state) => add(state, state, Math.max(0, rate) / perHour));
  return after;
}
