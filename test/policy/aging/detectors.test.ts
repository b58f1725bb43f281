import { describe, expect, it } from 'vitest';
import { ours } from './detectors.ts';
import { healthy, leaks } from './recipes.ts';
import { alarmsOf, shareOfWay } from './replay.ts';
import { hour, makeSeries, minute, stepMs } from './series.ts';

// Fixed, so that a change shows; and a fresh one for each run, printed, so that a failure can be made again.
const fixed = [1, 2, 3];
const fresh = Math.floor(performance.timeOrigin) % 1_000_000;

const lookMs = (exhaustionMs: number): number =>
  Math.max(15 * minute, Math.floor(exhaustionMs / 60 / stepMs) * stepMs);

interface Found {
  readonly name: string;
  readonly share: number;
}

/** Leaks found after 80 % of their way, or never. */
function late(seed: number): Found[] {
  return leaks
    .map(({ recipe }) => ({
      name: recipe.name,
      share: shareOfWay(makeSeries(recipe, seed), ours, lookMs(recipe.leak?.exhaustionMs ?? 0)),
    }))
    .filter(({ share }) => !(share <= 0.8));
}

const days = 14;
/** Of one seed: two weeks of each kind of series without a leak. */
const years = (healthy.length * days) / 365;

function falseAlarms(seed: number): string[] {
  return healthy.flatMap((recipe) =>
    alarmsOf(makeSeries({ ...recipe, days }, seed), ours, hour).map(() => recipe.name),
  );
}

describe('a forecast of two weeks', () => {
  it.each(fixed)('finds every leak of seed %i before 80 % of its way', { timeout: 300_000 }, (seed) => {
    expect(late(seed)).toEqual([]);
  });

  it('raises at most one false alarm per server-year', { timeout: 600_000 }, () => {
    const alarms = fixed.flatMap(falseAlarms);
    expect(alarms.length / (fixed.length * years)).toBeLessThanOrEqual(1);
  });

  it(`is not far from that with the fresh seed ${fresh}`, { timeout: 600_000 }, () => {
    const missed = late(fresh);
    const alarms = falseAlarms(fresh);
    const rows = missed.map(({ name, share }) => `late: ${name}, at ${share.toFixed(2)} of the way`);
    console.log([`seed ${fresh}`, ...rows, ...alarms.map((name) => `false alarm: ${name}`)].join('\n'));
    // On 40 other seeds 5 of 3,200 leaks were late, never more than two of one seed, and of nine no seed had more than five alarms
    // in four weeks of each kind: more than these is a change of the detector, not chance.
    expect(missed.length).toBeLessThanOrEqual(2);
    expect(alarms.length).toBeLessThanOrEqual(6);
  });
});
