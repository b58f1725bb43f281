import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitExponential, rateOf, type ExponentialFit } from '../../../src/model/estimate/exponential.ts';
import { meanDuration } from '../../../src/model/estimate/mean-duration.ts';
import type { ObservedLife } from '../../../src/model/estimate/observed-life.ts';
import { livesDrawn, randomFrom, someLives } from './random-lives.ts';

function fitOf(lives: readonly ObservedLife[]): ExponentialFit {
  const fit = fitExponential(lives, 0.95);
  if (fit.kind !== 'exponential') throw new Error(fit.why);
  return fit;
}

describe('a failure rate without aging', () => {
  it('is failures by hours observed, whatever the order of the lives', () => {
    fc.assert(
      fc.property(someLives, (lives) => {
        const hours = lives.reduce((sum, life) => sum + life.hours, 0);
        const failures = lives.filter(({ failed }) => failed).length;
        expect(fitOf(lives).perHour.value).toBeCloseTo(failures / hours, 12);
        expect(fitOf(lives.toReversed())).toEqual(fitOf(lives));
      }),
    );
  });

  it('gives a longer life where an end was a rejuvenation and not a failure', () => {
    fc.assert(
      fc.property(someLives, fc.nat(), (lives, pick) => {
        const index = pick % lives.length;
        const censored = lives.map((life, i) => (i === index ? { ...life, failed: false } : life));
        expect(fitOf(censored).perHour.value).toBeLessThanOrEqual(fitOf(lives).perHour.value);
        const more = [...lives, { hours: 10, failed: false }];
        expect(fitOf(more).perHour.value).toBeLessThan(fitOf(lives).perHour.value);
      }),
    );
  });

  it('lies inside its bounds', () => {
    fc.assert(
      fc.property(someLives, (lives) => {
        const { value, lower, upper } = fitOf(lives).perHour;
        expect(lower).toBeLessThan(value);
        expect(upper).toBeGreaterThan(value);
      }),
    );
  });

  it('has the true rate inside its bounds about as often as promised', () => {
    const random = randomFrom(3);
    let inside = 0;
    for (let run = 0; run < 400; run++) {
      const { lower, upper } = fitOf(livesDrawn(20, 120, () => -100 * Math.log(random()))).perHour;
      if (lower <= 0.01 && upper >= 0.01) inside++;
    }
    expect(inside / 400).toBeGreaterThan(0.92);
  });

  it('is zero with an upper bound where nothing has failed, and unknown where nothing was observed', () => {
    const none = fitOf([{ hours: 100, failed: false }]);
    expect(none.perHour).toMatchObject({ value: 0, lower: 0 });
    expect(none.perHour.upper).toBeCloseTo(-Math.log(0.025) / 100, 12);
    expect(fitExponential([], 0.95)).toMatchObject({ kind: 'not-enough-data', missing: 1 });
    expect(rateOf(0, 0, 0.95)).toBeNull();
  });

  it.each([0, -1, NaN, Infinity])('refuses a life of %d hours and names it', (hours) => {
    const lives = [
      { hours: 5, failed: true },
      { hours, failed: false },
    ];
    expect(() => fitExponential(lives, 0.95)).toThrow(
      expect.objectContaining({ code: 'model-input', where: 'lives[1].hours' }),
    );
  });

  it('refuses half an event, negative exposure and a confidence of 1', () => {
    expect(() => rateOf(0.5, 1, 0.95)).toThrow('events');
    expect(() => rateOf(1, -1, 0.95)).toThrow('exposureHours');
    expect(() => rateOf(1, 1, 1)).toThrow('confidence');
  });
});

describe('the mean of repairs, boots and switchovers', () => {
  const boots = [
    { hours: 0.1, complete: true },
    { hours: 0.3, complete: true },
    { hours: 0.2, complete: false },
  ];

  it('is all the time spent by those that came to their end', () => {
    const mean = meanDuration(boots, 0.95, 'boots');
    if (mean.kind !== 'mean') throw new Error(mean.why);
    expect(mean).toMatchObject({ count: 2, open: 1 });
    expect(mean.hours.value).toBeCloseTo(0.3, 12);
    expect(mean.hours.lower).toBeLessThan(0.3);
    expect(mean.hours.upper).toBeGreaterThan(0.3);
  });

  it('is unknown where none came to its end', () => {
    expect(meanDuration(boots.slice(2), 0.95, 'boots')).toMatchObject({ kind: 'not-enough-data' });
    expect(meanDuration([], 0.95, 'boots')).toMatchObject({ kind: 'not-enough-data', missing: 1 });
  });

  it.each([0, -1, NaN, Infinity])('refuses a duration of %d hours and names it', (hours) => {
    expect(() => meanDuration([{ hours, complete: true }], 0.95, 'boots')).toThrow('boots[0].hours');
  });
});
