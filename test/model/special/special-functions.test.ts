import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at } from '../../../src/model/special/at.ts';
import { chiSquaredQuantile, chiSquaredTail } from '../../../src/model/special/chi-squared.ts';
import { findRoot } from '../../../src/model/special/find-root.ts';
import { gammaP, gammaQ } from '../../../src/model/special/incomplete-gamma.ts';
import { gamma, logGamma } from '../../../src/model/special/log-gamma.ts';
import { erfc, twoSidedQuantile, twoSidedTail } from '../../../src/model/special/normal.ts';

function expectRelative(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
}

describe('the special functions', () => {
  // 16 digits from arbitrary-precision arithmetic.
  it.each([
    [0.3, 0.6713732405408726],
    [2, 0.004677734981047266],
    [5, 1.537459794428035e-12],
    [13, 1.739557315466725e-75],
    [26, 5.663192408856143e-296],
    [-1, 1.842700792949715],
  ])('give erfc(%d) with its digits, however small', (x, expected) => {
    expectRelative(erfc(x), expected, 1e-12);
  });

  it.each([
    [0.01, 4.599479878042022],
    [0.5, 0.5723649429247001],
    [3.7, 1.428072326665388],
    [1000, 5905.220423209181],
  ])('give ln gamma(%d)', (x, expected) => {
    expectRelative(logGamma(x), expected, 1e-13);
  });

  it('give factorials', () => {
    expectRelative(gamma(6), 120, 1e-13);
    expectRelative(gamma(1.5), Math.sqrt(Math.PI) / 2, 1e-13);
  });

  it.each([
    [0.025, 2, 0.05063561596857975],
    [0.975, 20, 34.16960690283833],
    [0.025, 4000, 3826.597419251261],
    [1e-6, 2, 2.0000010000006676e-6],
  ])('give the %d quantile of chi-squared with %d degrees of freedom', (p, df, expected) => {
    expectRelative(chiSquaredQuantile(p, df), expected, 1e-12);
  });

  it('know the well-known quantile 1.96', () => {
    expectRelative(twoSidedQuantile(0.95), 1.959963984540054, 1e-13);
    expectRelative(twoSidedTail(1.959963984540054), 0.05, 1e-13);
    expect(twoSidedTail(-2)).toBe(twoSidedTail(2));
  });

  it('take a quantile back to its probability', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 500 }),
        (p, df) => {
          expectRelative(1 - chiSquaredTail(chiSquaredQuantile(p, df), df), p, 1e-8);
        },
      ),
    );
  });

  it('have both incomplete gamma functions sum up to one', () => {
    const positive = fc.double({ min: 0.01, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(positive, positive, (a, x) => {
        expect(gammaP(a, x) + gammaQ(a, x)).toBeCloseTo(1, 10);
        expect(gammaP(a, x)).toBeGreaterThanOrEqual(0);
      }),
    );
    expect(gammaP(2, 0)).toBe(0);
    expect(gammaQ(2, Infinity)).toBe(0);
  });

  it('find the root of any rising function between two ends', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.integer({ min: 0, max: 3 }),
        (root, kind) => {
          const shapes = [(x: number) => x, (x: number) => x ** 3, Math.atan, Math.expm1];
          const f = (x: number): number => shapes[kind]!(x - root);
          expect(Math.abs(findRoot(f, -60, 70, 1e-12) - root)).toBeLessThan(1e-4);
        },
      ),
    );
  });

  it('need few calls for the root of a smooth function', () => {
    let calls = 0;
    const root = findRoot((x) => (calls++, x ** 3 - 2), 0, 5, 1e-15);
    expect(root).toBeCloseTo(Math.cbrt(2), 14);
    expect(calls).toBeLessThan(20);
  });

  it('refuse a quantile that does not exist instead of looking for it forever', () => {
    for (const [p, df] of [
      [0, 1],
      [1, 1],
      [NaN, 1],
      [0.5, 0],
    ] as const) {
      expect(() => chiSquaredQuantile(p, df)).toThrow('no quantile');
    }
  });

  it('refuse an index that does not exist', () => {
    expect(() => at([1, 2], 2)).toThrow('no value at index 2');
  });
});
