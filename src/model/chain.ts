import { RejuvError } from '../domain/errors.ts';

/** A Markov chain in continuous time, as the list of its transitions. State 0 is where it starts. */
export interface Chain {
  readonly size: number;
  /** Transition t leads from `from[t]` to `to[t]` at `perHour[t]` > 0. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly perHour: readonly number[];
  /** A state in words, for errors. */
  readonly name: (state: number) => string;
}

/** Transitions by the state at one end, as ranges of positions in `order`. */
export interface Adjacency {
  readonly first: Int32Array;
  readonly order: Int32Array;
}

/** Sorts the transitions by the state in `ends` (`chain.from` or `chain.to`). */
export function adjacency(size: number, ends: readonly number[]): Adjacency {
  const first = new Int32Array(size + 1);
  for (const end of ends) first[end + 1] = (first[end + 1] ?? 0) + 1;
  for (let state = 0; state < size; state += 1)
    first[state + 1] = (first[state + 1] ?? 0) + (first[state] ?? 0);
  const next = first.slice();
  const order = new Int32Array(ends.length);
  ends.forEach((end, transition) => {
    const place = next[end] ?? 0;
    order[place] = transition;
    next[end] = place + 1;
  });
  return { first, order };
}

/** Refuses a chain in which some state cannot be reached from state 0, or cannot return to it. */
export function requireIrreducible(chain: Chain): void {
  const unreached = firstUnreached(chain.size, chain.from, chain.to);
  if (unreached !== null) {
    throw new RejuvError('model-reducible', {
      problem: `${chain.name(unreached)} is never reached from ${chain.name(0)}`,
    });
  }
  const stuck = firstUnreached(chain.size, chain.to, chain.from);
  if (stuck !== null) {
    throw new RejuvError('model-reducible', {
      problem: `from ${chain.name(stuck)} there is no way back to ${chain.name(0)}`,
    });
  }
}

/** The first state that no path along the transitions leads to from state 0. */
function firstUnreached(size: number, from: readonly number[], to: readonly number[]): number | null {
  const unreached = reachedFromFirst(size, from, to).indexOf(0);
  return unreached === -1 ? null : unreached;
}

/** 1 for each state that a path along the transitions leads to from state 0. */
export function reachedFromFirst(size: number, from: readonly number[], to: readonly number[]): Uint8Array {
  const { first, order } = adjacency(size, from);
  const reached = new Uint8Array(size);
  reached[0] = 1;
  const open = [0];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (let place = first[state] ?? 0; place < (first[state + 1] ?? 0); place += 1) {
      const next = to[order[place] ?? 0] ?? 0;
      if (reached[next] === 1) continue;
      reached[next] = 1;
      open.push(next);
    }
  }
  return reached;
}
