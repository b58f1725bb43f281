import { describe, expect, it } from 'vitest';
import { ours } from './detectors.ts';
import { healthy, leaks } from './recipes.ts';
import { alarmsOf, shareOfWay } from './replay.ts';
import { day, hour, makeSeries, minute, stepMs } from './series.ts';

// Fixed, so that a change shows; and fresh ones for each run, printed, so that a failure can be made again.
const fixed = 1;
const fresh = Math.floor(performance.timeOrigin) % 1_000_000;
console.log(`fresh seed of the detectors' series: ${fresh}`);

/**
 * Not found in time with every seed, and why: over the first day of a life a leak against falling load looks as a cache
 * that fills; and a gap may be longer than what is left of the way.
 */
const ambiguous = /^(1 day|6 hours), (daily|gaps)/;

const lookMs = (exhaustionMs: number): number =>
  Math.max(15 * minute, Math.floor(exhaustionMs / 60 / stepMs) * stepMs);

function latest(seed: number): { sure: number; all: number } {
  const shares = leaks.map(({ recipe }) => ({
    name: recipe.name,
    share: shareOfWay(makeSeries(recipe, seed), ours, lookMs(recipe.leak?.exhaustionMs ?? 0)),
  }));
  const most = (some: typeof shares): number => Math.max(...some.map(({ share }) => share));
  return { sure: most(shares.filter(({ name }) => !ambiguous.test(name))), all: most(shares) };
}

function falseAlarms(seed: number): { alarms: number; years: number } {
  const all = healthy.map((recipe) => makeSeries({ ...recipe, days: 14 }, seed));
  return {
    alarms: all.reduce((sum, series) => sum + alarmsOf(series, ours, hour).length, 0),
    years: all.reduce((sum, { values }) => sum + (values.length * stepMs) / (365 * day), 0),
  };
}

describe('a forecast of two weeks', () => {
  it(
    'finds every leak before 80 % of its way, and before exhaustion where that cannot be known',
    { timeout: 300_000 },
    () => {
      const { sure, all } = latest(fixed);
      expect(sure).toBeLessThan(0.8);
      expect(all).toBeLessThan(1);
    },
  );

  it('raises at most one false alarm per server-year', { timeout: 300_000 }, () => {
    const { alarms, years } = falseAlarms(fixed);
    expect(alarms).toBeLessThanOrEqual(Math.max(1, years));
  });

  it(`does so with the fresh seed ${fresh} as well, but for chance`, { timeout: 300_000 }, () => {
    const { sure, all } = latest(fresh);
    expect(sure).toBeLessThan(0.9);
    expect(all).toBeLessThan(1.01);
    // At one per server-year, more than five in these three quarters of a year happen once in 8,000 runs.
    expect(falseAlarms(fresh).alarms).toBeLessThanOrEqual(5);
  });
});
