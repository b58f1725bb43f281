import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObservedLife } from '../../../src/model/estimate/observed-life.ts';
import { fitTwoStage, type TwoStageFit } from '../../../src/model/estimate/two-stage.ts';
import { logLikelihood, scoreOfGap, scoreOfSum } from '../../../src/model/estimate/two-stage-likelihood.ts';
import { livesDrawn, randomFrom, someLives } from './random-lives.ts';

function fitOf(lives: readonly ObservedLife[]): TwoStageFit {
  const fit = fitTwoStage(lives, 0.95);
  if (fit.kind !== 'two-stage') throw new Error(fit.why);
  return fit;
}

/** As the textbook has it, for different rates. */
function textbook(lives: readonly ObservedLife[], a: number, b: number): number {
  return lives.reduce((sum, { hours: t, failed }) => {
    const density = ((a * b) / (b - a)) * (Math.exp(-a * t) - Math.exp(-b * t));
    const survival = (b * Math.exp(-a * t) - a * Math.exp(-b * t)) / (b - a);
    return sum + Math.log(failed ? density : survival);
  }, 0);
}

const ratio = fc.double({ min: 0.01, max: 0.9, noNaN: true });
const sum = fc.double({ min: 1e-3, max: 0.2, noNaN: true });
const factor = fc.double({ min: 0.5, max: 2, noNaN: true });

describe('the likelihood of two stages', () => {
  it('is that of the textbook where the rates differ', () => {
    fc.assert(
      fc.property(someLives, sum, ratio, (lives, s, r) => {
        const [slow, fast] = [(s * r) / (1 + r), s / (1 + r)];
        expect(logLikelihood(lives, { sum: s, ratio: r }) / textbook(lives, slow, fast)).toBeCloseTo(1, 8);
      }),
    );
  });

  it('is that of an Erlang life where they are equal', () => {
    const rate = 0.02;
    const lives = [
      { hours: 70, failed: true },
      { hours: 40, failed: false },
    ];
    const erlang = Math.log(rate * rate * 70) - rate * 70 + Math.log(1 + rate * 40) - rate * 40;
    expect(logLikelihood(lives, { sum: 2 * rate, ratio: 1 })).toBeCloseTo(erlang, 12);
  });

  it('has the slopes that a small step shows', () => {
    fc.assert(
      fc.property(someLives, sum, ratio, (lives, s, r) => {
        const step = 1e-5;
        const at = (lnSum: number): number => logLikelihood(lives, { sum: Math.exp(lnSum), ratio: r });
        const slope = (at(Math.log(s) + step) - at(Math.log(s) - step)) / (2 * step);
        expect(scoreOfSum(lives, { sum: s, ratio: r })).toBeCloseTo(slope, 3);
        // The squared half gap q, at a fixed sum: ratio = (s/2 - sqrt q)/(s/2 + sqrt q).
        const q = ((s / 2) * ((1 - r) / (1 + r))) ** 2;
        const byGap = (gap: number): number => {
          const half = Math.sqrt(gap);
          return logLikelihood(lives, { sum: s, ratio: (s / 2 - half) / (s / 2 + half) });
        };
        const small = q * 1e-5;
        const gapSlope = (byGap(q + small) - byGap(q - small)) / (2 * small);
        expect(scoreOfGap(lives, { sum: s, ratio: r }) * q).toBeCloseTo(gapSlope * q, 3);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a fit of two stages', () => {
  it('finds the likeliest rates: no other pair is likelier', () => {
    fc.assert(
      fc.property(someLives, factor, factor, ratio, sum, (lives, a, b, r, s) => {
        const { slowPerHour, fastPerHour, logLikelihood: found } = fitOf(lives);
        const [slow, fast] = [slowPerHour.value * a, fastPerHour.value * b];
        const near = { sum: slow + fast, ratio: Math.min(slow, fast) / Math.max(slow, fast) };
        expect(logLikelihood(lives, near)).toBeLessThanOrEqual(found + 1e-9);
        expect(logLikelihood(lives, { sum: s, ratio: r })).toBeLessThanOrEqual(found + 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('follows the unit of time', () => {
    fc.assert(
      fc.property(someLives, fc.double({ min: 0.01, max: 100, noNaN: true }), (lives, unit) => {
        const plain = fitOf(lives);
        const scaled = fitOf(lives.map(({ hours, failed }) => ({ hours: hours * unit, failed })));
        expect(scaled.meanHours.value / plain.meanHours.value / unit).toBeCloseTo(1, 6);
        expect(scaled.finding).toBe(plain.finding);
      }),
      { numRuns: 30 },
    );
  });

  it('does not care for the order of the lives', () => {
    fc.assert(
      fc.property(someLives, (lives) => {
        expect(fitOf(lives.toReversed()).meanHours.value).toBeCloseTo(fitOf(lives).meanHours.value, 4);
      }),
      { numRuns: 30 },
    );
  });

  it('has the true rates inside its bounds about as often as promised', () => {
    const random = randomFrom(23);
    const runs = 150;
    const inside = { slow: 0, fast: 0, mean: 0 };
    for (let run = 0; run < runs; run++) {
      const draw = (): number => -100 * Math.log(random()) - 40 * Math.log(random());
      const { slowPerHour, fastPerHour, meanHours } = fitOf(livesDrawn(60, 300, draw));
      if (slowPerHour.lower <= 0.01 && slowPerHour.upper >= 0.01) inside.slow++;
      if (fastPerHour.lower <= 0.025 && fastPerHour.upper >= 0.025) inside.fast++;
      if (meanHours.lower <= 140 && meanHours.upper >= 140) inside.mean++;
    }
    for (const count of Object.values(inside)) expect(count / runs).toBeGreaterThan(0.9);
  });

  it('sees one stage only where the lives vary as much as without aging, and gives no upper end then', () => {
    const random = randomFrom(29);
    const fit = fitOf(livesDrawn(30, Infinity, () => -100 * Math.log(random())));
    expect(fit.finding).toBe('one-stage');
    expect(fit.fastPerHour.upper).toBe(Infinity);
    expect(fit.slowPerHour.upper).toBeLessThan(1);
  });

  it('sees both stages where each takes its time', () => {
    const random = randomFrom(37);
    const draw = (): number => -100 * Math.log(random()) - 30 * Math.log(random());
    const fit = fitOf(livesDrawn(200, 400, draw));
    expect(fit.finding).toBe('two-stages');
    expect(fit.fastPerHour.upper).toBeLessThan(1);
  });

  it('stands at equal rates where the lives vary less than two equal stages', () => {
    const even = [90, 95, 100, 105, 110].map((hours) => ({ hours, failed: true }));
    const fit = fitOf(even);
    expect(fit.finding).toBe('equal-rates');
    expect(fit.slowPerHour.value).toBe(fit.fastPerHour.value);
    expect(fit.slowPerHour.value).toBeCloseTo(0.02, 10);
  });

  it('says what is missing without a failure', () => {
    expect(fitTwoStage([{ hours: 5, failed: false }], 0.95)).toMatchObject({ missing: 1 });
  });

  it('copes with one failure, and with failures after seconds among lives of weeks', () => {
    expect(
      fitOf([
        { hours: 30, failed: true },
        { hours: 100, failed: false },
      ]).meanHours.value,
    ).toBeGreaterThan(60);
    const early = fitOf([0.0001, 300, 500, 700].map((hours) => ({ hours, failed: true })));
    expect(early.finding).toBe('one-stage');
  });
});
