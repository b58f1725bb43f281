import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponentialLife } from '../../src/model/life/exponential.ts';
import { hypoexponentialLife } from '../../src/model/life/hypoexponential.ts';
import type { Life } from '../../src/model/life/life.ts';
import { weibullLife } from '../../src/model/life/weibull.ts';
import { relative } from './rates.ts';

const rate = fc.double({ min: -7, max: 2, noNaN: true }).map((exponent) => 10 ** exponent);
const anyLife: fc.Arbitrary<Life> = fc.oneof(
  rate.map(exponentialLife),
  fc.tuple(rate, rate).map(([aging, failure]) => hypoexponentialLife(aging, failure)),
  // Almost equal rates, where the textbook's formula divides by almost nothing.
  fc
    .tuple(rate, fc.double({ min: -9, max: 0, noNaN: true }))
    .map(([aging, digits]) => hypoexponentialLife(aging, aging * (1 + 10 ** digits))),
  fc
    .tuple(fc.double({ min: 0.3, max: 8, noNaN: true }), rate)
    .map(([shape, scale]) => weibullLife(shape, 1 / scale)),
);
/** As a multiple of the mean life, from a billionth to many times. */
const anyAge = fc.double({ min: -9, max: 1.5, noNaN: true }).map((exponent) => 10 ** exponent);

describe('a life', () => {
  it('is failed or survived', () => {
    fc.assert(
      fc.property(anyLife, anyAge, (life, age) => {
        const t = life.meanHours * age;
        expect(life.failed(t) + life.survives(t)).toBeCloseTo(1, 14);
      }),
    );
  });

  it('adds up its hours: F is the integral of h R, M that of R', () => {
    fc.assert(
      fc.property(anyLife, anyAge, (life, age) => {
        const [t, later] = [life.meanHours * age, life.meanHours * age * 1.5];
        expect(relative(life.lived(later) - life.lived(t), integral(life.survives, t, later))).toBeLessThan(
          1e-9 / Math.min(1, life.survives(t) * age + 1e-12),
        );
        expect(
          relative(
            life.failed(later) - life.failed(t),
            integral((x) => life.hazard(x) * life.survives(x), t, later),
          ),
        ).toBeLessThan(1e-9 + 1e-15 / (life.survives(t) + 1e-300));
      }),
    );
  });

  it('begins at nothing and ends at its mean', () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        expect([life.failed(0), life.survives(0), life.lived(0)]).toEqual([0, 1, 0]);
        expect([life.failed(Infinity), life.survives(Infinity)]).toEqual([1, 0]);
        expect(relative(life.lived(Infinity), life.meanHours)).toBeLessThan(1e-13);
      }),
    );
  });

  it('in two phases has a hazard that rises from nothing to the slower rate', () => {
    fc.assert(
      fc.property(rate, rate, anyAge, (aging, failure, age) => {
        const life = hypoexponentialLife(aging, failure);
        const t = life.meanHours * age;
        expect(life.hazard(0)).toBe(0);
        expect(life.hazard(1.1 * t)).toBeGreaterThanOrEqual(life.hazard(t) * (1 - 1e-14));
        expect(relative(life.hazard(Infinity), Math.min(aging, failure))).toBeLessThan(1e-14);
        expect(life.hazard(t)).toBeLessThanOrEqual(Math.min(aging, failure) * (1 + 1e-14));
      }),
    );
  });

  it('in two phases does not care which phase is the slow one', () => {
    fc.assert(
      fc.property(rate, rate, anyAge, (a, b, age) => {
        const [one, other] = [hypoexponentialLife(a, b), hypoexponentialLife(b, a)];
        const t = one.meanHours * age;
        expect(relative(one.failed(t), other.failed(t))).toBeLessThan(1e-12);
        expect(relative(one.lived(t), other.lived(t))).toBeLessThan(1e-12);
      }),
    );
  });

  it('of Weibull with shape 1 is exponential', () => {
    const [weibull, exponential] = [weibullLife(1, 500), exponentialLife(1 / 500)];
    for (const t of [1, 100, 3000]) {
      expect(relative(weibull.lived(t), exponential.lived(t))).toBeLessThan(1e-13);
      expect(relative(weibull.hazard(t), exponential.hazard(t))).toBeLessThan(1e-13);
    }
    expect(weibull.hazardRises).toBe(false);
  });

  it.each([
    ['agingPerHour', () => hypoexponentialLife(0, 1)],
    ['failurePerHour', () => hypoexponentialLife(1, NaN)],
    ['failurePerHour', () => exponentialLife(-1)],
    ['shape', () => weibullLife(0, 1)],
    ['shape', () => weibullLife(Infinity, 1)],
    ['scaleHours', () => weibullLife(2, 0)],
  ])('is refused, naming %s', (field, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'model-input', where: field }));
  });
});

/** Gauss-Legendre with 5 points on 40 pieces. */
function integral(f: (x: number) => number, low: number, high: number): number {
  const points = [
    [0, 128 / 225],
    [Math.sqrt(5 - 2 * Math.sqrt(10 / 7)) / 3, (322 + 13 * Math.sqrt(70)) / 900],
    [Math.sqrt(5 + 2 * Math.sqrt(10 / 7)) / 3, (322 - 13 * Math.sqrt(70)) / 900],
  ] as const;
  const pieces = 40;
  const half = (high - low) / pieces / 2;
  let sum = 0;
  for (let piece = 0; piece < pieces; piece += 1) {
    const middle = low + (2 * piece + 1) * half;
    for (const [place, weight] of points) {
      sum += weight * (place === 0 ? f(middle) : f(middle - place * half) + f(middle + place * half));
    }
  }
  return sum * half;
}
