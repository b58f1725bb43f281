import { describe, expect, it } from 'vitest';
import { ours } from './detectors.ts';
import { healthy, leaks } from './recipes.ts';
import { alarmsOf, shareOfWay } from './replay.ts';
import { hour, makeSeries, minute, stepMs } from './series.ts';

// Fixed, so that a change shows; and a fresh one for each run, printed, so that a failure can be made again.
const fixed = 1;
const fresh = Math.floor(performance.timeOrigin) % 1_000_000;

/**
 * Not found in time with every seed, and why: over the first day of the first life of a server a leak against falling load looks as
 * a cache that fills; and what is not measured cannot be seen.
 */
const ambiguous = /^(1 day|6 hours), (daily|gaps|noise that)/;

const lookMs = (exhaustionMs: number): number =>
  Math.max(15 * minute, Math.floor(exhaustionMs / 60 / stepMs) * stepMs);

interface Found {
  readonly name: string;
  readonly share: number;
}

function sharesOf(seed: number): Found[] {
  return leaks.map(({ recipe }) => ({
    name: recipe.name,
    share: shareOfWay(makeSeries(recipe, seed), ours, lookMs(recipe.leak?.exhaustionMs ?? 0)),
  }));
}

const late = (shares: readonly Found[]): Found[] => shares.filter(({ share }) => !(share <= 0.8));

/** Two weeks of each kind of series without a leak: three quarters of a server-year. */
function falseAlarms(seed: number): string[] {
  return healthy.flatMap((recipe) =>
    alarmsOf(makeSeries({ ...recipe, days: 14 }, seed), ours, hour).map(() => recipe.name),
  );
}

describe('a forecast of two weeks', () => {
  it('finds every leak before 80 % of its way where it can be known', { timeout: 300_000 }, () => {
    const missed = late(sharesOf(fixed)).filter(({ name }) => !ambiguous.test(name));
    expect(missed).toEqual([]);
  });

  it('raises at most one false alarm in three quarters of a server-year', { timeout: 300_000 }, () => {
    expect(falseAlarms(fixed).length).toBeLessThanOrEqual(1);
  });

  it(`is not far from that with the fresh seed ${fresh}`, { timeout: 300_000 }, () => {
    const missed = late(sharesOf(fresh));
    const alarms = falseAlarms(fresh);
    const rows = missed.map(({ name, share }) => `late: ${name}, at ${share.toFixed(2)} of the way`);
    console.log([`seed ${fresh}`, ...rows, ...alarms.map((name) => `false alarm: ${name}`)].join('\n'));
    // Of 80 leaks one or two are late as a rule, and of 19 servers one raises an alarm: far from both is a change of the
    // detector, not chance.
    expect(missed.length).toBeLessThanOrEqual(12);
    expect(alarms.length).toBeLessThanOrEqual(12);
  });
});
