import { describe, expect, it } from 'vitest';
import { chooseLife, type LifeFits } from '../../../src/model/estimate/choose-life.ts';
import type { ObservedLife } from '../../../src/model/estimate/observed-life.ts';
import { plannedLife } from '../../../src/model/estimate/planned-life.ts';
import { bestAge } from '../../../src/model/best-age.ts';
import { livesDrawn, randomFrom } from './random-lives.ts';

function fitsOf(lives: readonly ObservedLife[]): LifeFits {
  const answer = chooseLife(lives, 0.95);
  if (answer.kind !== 'fits') throw new Error(answer.why);
  return answer;
}

const random = randomFrom(31);
const weibullLives = livesDrawn(60, 260, () => 200 * (-Math.log(random())) ** (1 / 4));
const stageLives = livesDrawn(200, 500, () => -100 * Math.log(random()) - 60 * Math.log(random()));
const steadyLives = livesDrawn(60, 400, () => -100 * Math.log(random()));

describe('the choice of a law for the lives', () => {
  it('takes the Weibull where lives are more even than two stages can be', () => {
    const fits = fitsOf(weibullLives);
    expect(fits).toMatchObject({ best: 'weibull', agingSeen: true });
    expect(fits.criteria.weibull!).toBeLessThan(fits.criteria.exponential);
  });

  it('takes two stages where they are likelier', () => {
    const fits = fitsOf(stageLives);
    expect(fits).toMatchObject({ best: 'two-stage', agingSeen: true });
    expect(fits.criteria.twoStage!).toBeLessThan(fits.criteria.weibull!);
  });

  it('takes a steady rate where no aging is seen, so that nobody schedules from noise', () => {
    expect(fitsOf(steadyLives)).toMatchObject({ best: 'exponential', agingSeen: false });
  });

  it('does not call lives aging that fail early', () => {
    const early = livesDrawn(80, Infinity, () => 100 * (-Math.log(random())) ** 2);
    const fits = fitsOf(early);
    expect(fits).toMatchObject({ best: 'exponential', agingSeen: false });
    if (fits.weibull.kind !== 'weibull') throw new Error(fits.weibull.why);
    expect(fits.weibull.againstExponential.p).toBeLessThan(0.05);
  });

  it('says how many failures are missing, with the rate that is known so far', () => {
    const three = weibullLives.filter(({ failed }) => failed).slice(0, 3);
    const answer = chooseLife([...three, { hours: 900, failed: false }], 0.95);
    expect(answer).toMatchObject({ kind: 'not-enough-data', seen: 3, missing: 2 });
    if (answer.kind === 'fits') throw new Error(answer.kind);
    expect(answer.exponential?.events).toBe(3);
    expect(answer.exponential?.perHour.upper).toBeGreaterThan(answer.exponential!.perHour.value);
  });

  it('says that all failures are missing where nothing was observed', () => {
    expect(chooseLife([], 0.95)).toMatchObject({ seen: 0, missing: 5, exponential: null });
    expect(chooseLife([], 0.95, 8)).toMatchObject({ missing: 8 });
    expect(() => chooseLife([], 0.95, 0)).toThrow('least');
  });
});

describe('the life to plan with', () => {
  it.each([
    ['weibull', weibullLives],
    ['two-stage', stageLives],
    ['exponential', steadyLives],
  ] as const)('has the mean of the %s fit, and a shorter and a longer one around it', (best, lives) => {
    const fits = fitsOf(lives);
    expect(fits.best).toBe(best);
    const mean = plannedLife(fits).meanHours;
    const fitted = {
      exponential: 1 / fits.exponential.perHour.value,
      weibull: fits.weibull.kind === 'weibull' ? fits.weibull.meanHours : NaN,
      'two-stage': fits.twoStage.kind === 'two-stage' ? fits.twoStage.meanHours.value : NaN,
    }[best];
    expect(mean).toBeCloseTo(fitted, 6);
    expect(plannedLife(fits, 'shorter').meanHours).toBeLessThan(mean);
    expect(plannedLife(fits, 'longer').meanHours).toBeGreaterThan(mean);
  });

  it('gives a schedule where aging was seen, and none where it was not', () => {
    const policy = { repairHours: 4, rejuvenationHours: 0.2 };
    expect(bestAge({ life: plannedLife(fitsOf(weibullLives)), ...policy }).kind).toBe('interior');
    expect(bestAge({ life: plannedLife(fitsOf(steadyLives)), ...policy }).kind).toBe('never');
  });
});
