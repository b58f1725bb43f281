import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBalance } from '../../src/model/balance.ts';
import type { Chain } from '../../src/model/chain.ts';
import { steadyState } from '../../src/model/gth.ts';
import { anyRate, relative } from './rates.ts';

function chain(size: number, transitions: readonly (readonly [number, number, number])[]): Chain {
  return {
    size,
    from: transitions.map(([from]) => from),
    to: transitions.map(([, to]) => to),
    perHour: transitions.map(([, , rate]) => rate),
    name: (state) => `state ${state}`,
  };
}

describe('the general solver', () => {
  it('solves births and deaths as their products do, over thousands of orders of magnitude', () => {
    const size = 400;
    const births = Array.from({ length: size - 1 }, (_, n) => [n, n + 1, 1e-9] as const);
    const deaths = Array.from({ length: size - 1 }, (_, n) => [n + 1, n, 1e6] as const);
    const { ln, probabilities } = steadyState(chain(size, [...births, ...deaths]));
    expect(probabilities[0]).toBeCloseTo(1, 14);
    expect(relative(ln(size - 1), (size - 1) * Math.log(1e-15))).toBeLessThan(1e-13);
  });

  it('gives each state of any dense chain as much inflow as outflow', () => {
    const dense = fc
      .integer({ min: 2, max: 12 })
      .chain((size) =>
        fc.tuple(fc.constant(size), fc.array(anyRate, { minLength: size * size, maxLength: size * size })),
      );
    fc.assert(
      fc.property(dense, ([size, rates]) => {
        const any = chain(
          size,
          rates.flatMap((rate, cell) => {
            const [from, to] = [Math.floor(cell / size), cell % size];
            return from === to ? [] : [[from, to, rate] as const];
          }),
        );
        const { probabilities } = steadyState(any);
        expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
        expect(Math.min(...probabilities)).toBeGreaterThan(0);
        for (let state = 0; state < size; state += 1) {
          const flow = (ends: readonly number[]): number =>
            any.perHour.reduce(
              (sum, rate, n) => (ends[n] === state ? sum + rate * probabilities[any.from[n]!]! : sum),
              0,
            );
          expect(relative(flow(any.to), flow(any.from))).toBeLessThan(1e-12);
        }
      }),
    );
  });

  it('adds up transitions between the same two states', () => {
    const twice = steadyState(
      chain(2, [
        [0, 1, 1],
        [0, 1, 2],
        [1, 0, 1],
      ]),
    ).probabilities;
    expect([...twice]).toEqual([0.25, 0.75]);
  });

  it('knows the chain of one state', () => {
    expect([...steadyState(chain(1, [])).probabilities]).toEqual([1]);
  });

  it.each([
    ['a state that is never reached', [[1, 0, 1]], 'state 1 is never reached from state 0'],
    ['a state without a way back', [[0, 1, 1]], 'from state 1 there is no way back to state 0'],
  ] as const)('refuses %s', (_, transitions, problem) => {
    expect(() => steadyState(chain(2, transitions))).toThrow(
      expect.objectContaining({ code: 'model-reducible', facts: { problem } }),
    );
  });

  it('refuses a chain that is too large before it takes the memory', () => {
    const size = 20_000;
    const ring = Array.from({ length: size }, (_, n) => [n, (n + 1) % size, 1] as const);
    const start = performance.now();
    expect(() => steadyState(chain(size, ring))).toThrow(
      expect.objectContaining({ code: 'model-too-large' }),
    );
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('refuses a solution in which flows do not balance', () => {
    const two = chain(2, [
      [0, 1, 1],
      [1, 0, 1],
    ]);
    expect(() => checkBalance(two, Float64Array.of(0.5, 0.5))).not.toThrow();
    expect(() => checkBalance(two, Float64Array.of(0.5, 0.5 + 1e-9))).toThrow(
      expect.objectContaining({ code: 'model-unsolved' }),
    );
  });
});
