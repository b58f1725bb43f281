import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObservedLife } from '../../../src/model/estimate/observed-life.ts';
import { fitWeibull, type WeibullFit } from '../../../src/model/estimate/weibull.ts';
import { livesDrawn, randomFrom, someLives } from './random-lives.ts';

function fitOf(lives: readonly ObservedLife[]): WeibullFit {
  const fit = fitWeibull(lives, 0.95);
  if (fit.kind !== 'weibull') throw new Error(fit.why);
  return fit;
}

/** As the textbook has it. */
function logLikelihood(lives: readonly ObservedLife[], shape: number, scale: number): number {
  return lives.reduce((sum, { hours, failed }) => {
    const x = (hours / scale) ** shape;
    return sum - x + (failed ? Math.log((shape / scale) * (hours / scale) ** (shape - 1)) : 0);
  }, 0);
}

const near = fc.double({ min: 0.5, max: 2, noNaN: true });

describe('a Weibull fit', () => {
  it('finds the likeliest shape and scale: none nearby is likelier', () => {
    fc.assert(
      fc.property(someLives, near, near, (lives, a, b) => {
        const { shape, scaleHours, logLikelihood: found } = fitOf(lives);
        expect(found).toBeCloseTo(logLikelihood(lives, shape.value, scaleHours.value), 6);
        expect(logLikelihood(lives, shape.value * a, scaleHours.value * b)).toBeLessThanOrEqual(found + 1e-9);
      }),
    );
  });

  it('follows the unit of time, and keeps its shape', () => {
    fc.assert(
      fc.property(someLives, fc.double({ min: 0.001, max: 1000, noNaN: true }), (lives, unit) => {
        const plain = fitOf(lives);
        const scaled = fitOf(lives.map(({ hours, failed }) => ({ hours: hours * unit, failed })));
        expect(scaled.shape.value / plain.shape.value).toBeCloseTo(1, 9);
        expect(scaled.scaleHours.value / plain.scaleHours.value / unit).toBeCloseTo(1, 9);
        expect(scaled.againstExponential.statistic).toBeCloseTo(plain.againstExponential.statistic, 6);
      }),
    );
  });

  it('does not care for the order of the lives', () => {
    fc.assert(
      fc.property(someLives, (lives) => {
        expect(fitOf(lives.toReversed()).shape.value).toBeCloseTo(fitOf(lives).shape.value, 9);
      }),
    );
  });

  it('gives a longer life where an end was a rejuvenation and not a failure', () => {
    fc.assert(
      fc.property(someLives, (lives) => {
        const more = [...lives, { hours: 600, failed: false }];
        expect(fitOf(more).meanHours).toBeGreaterThan(fitOf(lives).meanHours);
      }),
    );
  });

  it('has shape and scale inside their bounds about as often as promised, rejuvenated lives among them', () => {
    const random = randomFrom(5);
    const inside = { shape: 0, scale: 0 };
    for (let run = 0; run < 400; run++) {
      const draw = (): number => 200 * (-Math.log(random())) ** (1 / 2.5);
      const { shape, scaleHours } = fitOf(livesDrawn(50, 220, draw));
      if (shape.lower <= 2.5 && shape.upper >= 2.5) inside.shape++;
      if (scaleHours.lower <= 200 && scaleHours.upper >= 200) inside.scale++;
    }
    for (const count of Object.values(inside)) {
      expect(count / 400).toBeGreaterThan(0.91);
      expect(count / 400).toBeLessThan(0.99);
    }
  });

  it('calls a steady failure rate aging in about one of twenty histories', () => {
    const random = randomFrom(17);
    const significant = Array.from({ length: 400 }, () =>
      fitOf(livesDrawn(40, 300, () => -100 * Math.log(random()))),
    ).filter(({ againstExponential }) => againstExponential.p < 0.05).length;
    expect(significant / 400).toBeGreaterThan(0.02);
    expect(significant / 400).toBeLessThan(0.09);
  });

  it('says what is missing where there is no likeliest shape', () => {
    expect(fitWeibull([{ hours: 5, failed: false }], 0.95)).toMatchObject({
      kind: 'not-enough-data',
      seen: 0,
      missing: 1,
      why: 'no failure has been seen',
    });
    const atLongest = [
      { hours: 50, failed: true },
      { hours: 50, failed: true },
      { hours: 20, failed: false },
    ];
    expect(fitWeibull(atLongest, 0.95)).toMatchObject({ kind: 'not-enough-data', seen: 2 });
  });

  it('also fits failures that are almost the same', () => {
    const lives = [
      { hours: 100, failed: true },
      { hours: 100.000001, failed: true },
    ];
    expect(fitOf(lives).shape.value).toBeGreaterThan(1e7);
  });

  it.each([0, -1, NaN, Infinity])('refuses a life of %d hours', (hours) => {
    expect(() => fitWeibull([{ hours, failed: true }], 0.95)).toThrow('lives[0].hours');
  });
});
