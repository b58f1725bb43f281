import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createForecasts } from '../../../src/control/aging/forecasts.ts';
import type { TrendAnswer, TrendQuestion } from '../../../src/policy/aging/facts.ts';
import { judgeRule } from '../../../src/policy/aging/judge.ts';
import { trendAnswer } from '../../../src/policy/aging/trend-answer.ts';
import { facts, measured, rule, type Series } from './measured.ts';

const minute = 60_000;
const mean = 5 * minute;
const hour = 60 * minute;
const now = 1_000 * hour;

/** A mean says how many minutes after it is whole the limit is reached; below zero: never; 9,999: nobody knows. */
const nobodyKnows = 9_999;
function told(series: Series, at: number): TrendAnswer {
  const [begun = 0, value = nobodyKnows] = series.findLast(([from]) => from + mean <= at) ?? [];
  if (value === nobodyKnows) return { kind: 'not-enough-data' };
  if (value < 0) return { kind: 'steady', basis: null };
  const best = Math.max(0, begun + mean + value * minute - at);
  return { kind: 'ages', basis: null, exhaustion: { best, earliest: best, latest: best } };
}

const forecast = ({ samples, now: at }: TrendQuestion): TrendAnswer =>
  told(
    Array.from({ length: samples.length }, (_, index) => [samples.at(index), samples.value(index)] as const),
    at,
  );

/** Means that are whole by now, some of them missing. */
const series: fc.Arbitrary<Series> = fc
  .array(
    fc.tuple(
      fc.constantFrom(1, 1, 1, 2, 4),
      fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 100 }) }, fc.constantFrom(-1, nobodyKnows)),
    ),
    { minLength: 1, maxLength: 20 },
  )
  .chain((steps) =>
    fc.nat(4).map((late) => {
      let at = now - late * minute;
      return steps.map(([gap, value]) => [(at -= gap * mean), value] as const).reverse();
    }),
  );

const withinMinutes = 60;
const trend = (forMs: number) => rule(`heap.used reaches 95% within ${withinMinutes}m`, { forMs });
const forMinutes = fc.constantFrom(3, 10, 30, 60);

describe('a rule on a trend with a `for`', () => {
  it('holds when it was so at every minute of that time, as far as anybody could tell', () => {
    fc.assert(
      fc.property(series, forMinutes, (means, minutes) => {
        const { verdict } = judgeRule(
          trend(minutes * minute),
          facts(measured({ web1: { 'heap.used': means } }, 10 * hour), now, { forecast }),
        );
        const at = (ago: number): boolean | null => {
          const answer = told(means, now - ago * minute);
          if (answer.kind === 'not-enough-data') return null;
          return answer.kind === 'ages' && answer.exhaustion.best <= withinMinutes * minute;
        };
        const lately = Array.from({ length: minutes + 1 }, (_, ago) => at(ago));
        // What nobody could tell counts neither way, but it has to have been true when that time began.
        if (lately[0] === null) expect(verdict).toBe('unknown');
        else if (lately[0] === false) expect(verdict).toBe('fails');
        else if (lately.includes(false)) expect(verdict).toBe('waiting');
        else expect(verdict).toBe(lately.at(-1) === true ? 'holds' : 'waiting');
      }),
      { numRuns: 2_000 },
    );
  });

  it('says when it has been so for long enough, and by then has', () => {
    const means: Series = [100, 62, 58].map((value, index) => [now - (3 - index) * mean, value] as const);
    const judged = (at: number) =>
      judgeRule(
        trend(20 * minute),
        facts(measured({ web1: { 'heap.used': means } }, 10 * hour), at, { forecast }),
      );
    // The mean before the last came within an hour of the limit two minutes after it was whole.
    const since = now - 3 * minute;
    expect(judged(now)).toMatchObject({ verdict: 'waiting', since, nextChangeAt: since + 20 * minute });
    expect(judged(now).evidence()).toContain('true for 3m of 20m');
    expect(judged(since + 20 * minute - 1).verdict).toBe('waiting');
    expect(judged(since + 20 * minute).verdict).toBe('holds');
  });

  it('begins anew with every life', () => {
    const means: Series = Array.from({ length: 12 }, (_, index) => [now - (12 - index) * mean, 5] as const);
    const judged = (youngSince: number) =>
      judgeRule(
        trend(30 * minute),
        facts(measured({ web1: { 'heap.used': means } }, 10 * hour), now, { forecast, youngSince }),
      ).verdict;
    expect(judged(now - 2 * hour)).toBe('holds');
    expect(judged(now - 20 * minute)).toBe('waiting');
  });

  it('of a real leak comes so much later than without, whether forecasts are kept or not', () => {
    const leak: Series = Array.from({ length: 144 }, (_, index) => {
      const noise = ((index * 7919) % 13) / 13 - 0.5;
      return [now + index * mean, 0.3 + index / 250 + noise / 100] as const;
    });
    const kept = createForecasts();
    const firstAt = (forMs: number, asked: typeof kept): number => {
      for (let count = 24; count <= leak.length; count += 1) {
        const known = leak.slice(0, count);
        const at = now + count * mean;
        const { verdict } = judgeRule(
          rule('heap.used reaches 95% within 24h', { forMs }),
          facts(measured({ web1: { 'heap.used': known } }, hour), at, { forecast: asked }),
        );
        if (verdict === 'holds') return at;
      }
      throw new Error('it was never found');
    };
    const atOnce = firstAt(0, kept);
    expect(firstAt(30 * minute, trendAnswer)).toBe(atOnce + 30 * minute);
    expect(firstAt(30 * minute, createForecasts())).toBe(atOnce + 30 * minute);
  });

  it('makes no forecast twice, and none of a server that is well', () => {
    const asked: number[] = [];
    const count = (means: Series): number => {
      asked.length = 0;
      judgeRule(
        trend(30 * minute),
        facts(measured({ web1: { 'heap.used': means } }, 10 * hour), now, {
          forecast: (question) => {
            asked.push(question.samples.length);
            return forecast(question);
          },
        }),
      );
      return asked.length;
    };
    const hourOf = (value: number): Series =>
      Array.from({ length: 12 }, (_, index) => [now - (12 - index) * mean, value] as const);
    expect(count(hourOf(-1))).toBe(1);
    expect(count(hourOf(5))).toBeLessThanOrEqual(8);
    expect(new Set(asked).size).toBe(asked.length);
  });
});
