import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Samples } from '../../../src/domain/sample.ts';
import { forecast, reachesWithin, type Forecast } from '../../../src/policy/aging/forecast.ts';
import { describeForecast } from '../../../src/policy/aging/forecast-text.ts';
import { reachHours } from '../../../src/policy/aging/reach.ts';
import { chanceFrom } from './random.ts';
import { day, hour, minute, stepMs } from './series.ts';

const start = Date.UTC(2026, 10, 2);

function samplesOf(values: readonly number[], from = start): Samples {
  return {
    length: values.length,
    at: (i) => from + i * stepMs,
    value: (i) => values[i] ?? NaN,
  };
}

function look(values: readonly number[], limit = 0.95, from = start): Forecast {
  const now = from + values.length * stepMs;
  return forecast({ samples: samplesOf(values, from), since: null, limit, direction: 'up', now });
}

const series = (days: number, at: (days: number, i: number) => number): number[] =>
  Array.from({ length: Math.round((days * day) / stepMs) }, (_, i) => at((i * stepMs) / day, i));

const noise = (sd: number, seed = 1): (() => number) => {
  const chance = chanceFrom(seed);
  return () => sd * chance.normal();
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Any leak, noise, daily load, length of life and gaps. */
const anySeries = fc
  .record({
    days: fc.double({ min: 0.01, max: 8, noNaN: true }),
    base: fc.double({ min: 0, max: 0.9, noNaN: true }),
    perDay: fc.double({ min: -0.5, max: 2, noNaN: true }),
    sd: fc.constantFrom(0, 0.003, 0.03),
    swing: fc.constantFrom(0, 0.1, 0.3),
    seed: fc.integer({ min: 1, max: 1e6 }),
    gaps: fc.boolean(),
  })
  .map(({ days, base, perDay, sd, swing, seed, gaps }) => {
    const random = noise(sd, seed);
    const gap = chanceFrom(seed);
    return series(days, (d) => {
      const value = base + perDay * d + swing * Math.sin(2 * Math.PI * d) + random();
      return gaps && gap.next() < 0.1 ? NaN : value;
    });
  });

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

describe('a forecast', () => {
  it('sees a leak of hours long before the memory is used up', () => {
    const random = noise(0.01);
    const answer = look(series(4 / 24, (d) => 0.35 + 2.4 * d + random()));
    if (answer.kind !== 'ages') throw new Error(answer.kind);
    expect(answer.exhaustion.best / hour).toBeCloseTo(2, 0);
    expect(answer.exhaustion.earliest).toBeLessThanOrEqual(answer.exhaustion.best);
    expect(answer.exhaustion.latest).toBeGreaterThanOrEqual(answer.exhaustion.best);
    expect(reachesWithin(answer, 4 * hour)).toBe(true);
    expect(reachesWithin(answer, hour)).toBe(false);
  });

  it('sees a leak of weeks beside the daily load, and the busiest hour runs full first', () => {
    const random = noise(0.01);
    const answer = look(series(7, (d) => 0.5 + 0.03 * d + 0.1 * Math.sin(2 * Math.PI * d) + random()));
    if (answer.kind !== 'ages') throw new Error(answer.kind);
    expect(answer.basis).toMatchObject({ test: 'seasonal-kendall', withoutDay: true });
    expect(answer.basis.perHour.slope * 24).toBeCloseTo(0.03, 2);
    expect(answer.exhaustion.best / day).toBeGreaterThan(4);
    expect(answer.exhaustion.best / day).toBeLessThan(6);
  });

  it('sees a leak that begins after days without one', () => {
    const random = noise(0.01);
    const answer = look(
      series(5.15, (d) => 0.4 + 0.1 * Math.sin(2 * Math.PI * d) + 2 * Math.max(0, d - 5) + random()),
    );
    if (answer.kind !== 'ages') throw new Error(answer.kind);
    expect(answer.basis.windowMs).toBeLessThan(10 * hour);
  });

  it('does not take for a leak what comes with the day, a cache that fills, a deploy or a collector', () => {
    const random = noise(0.01);
    const cases = [
      series(6, (d) => 0.5 + 0.15 * Math.sin(2 * Math.PI * d) + random()),
      series(0.3, (d) => 0.4 + 0.25 * (1 - Math.exp(-d * 24)) + random()),
      series(5, (d) => (d < 3 ? 0.5 : 0.62) + random()),
      series(3, (d) => 0.5 + 0.3 * ((d * 3) % 1) + random()),
      series(4, () => 0.9 + random()),
    ];
    for (const values of cases) expect(look(values)).toMatchObject({ kind: 'steady' });
  });

  it('begins anew with each start: what was before does not count', () => {
    const values = series(3, (d) => (d < 2.9 ? 0.3 + 0.2 * d : 0.3));
    const [samples, now] = [samplesOf(values), start + 3 * day];
    const ask = { samples, limit: 0.95, direction: 'up', now } as const;
    expect(forecast({ ...ask, since: start + 2.9 * day })).toMatchObject({ kind: 'steady', why: 'away' });
    expect(forecast({ ...ask, since: now - hour })).toMatchObject({ kind: 'not-enough-data', means: 12 });
    expect(reachesWithin(forecast({ ...ask, since: now }), day)).toBeNull();
  });

  it('says that the limit is reached where it is, trend or not', () => {
    const answer = look(series(1, () => 0.96));
    expect(answer).toMatchObject({ kind: 'reached', level: 0.96 });
    expect(reachesWithin(answer, 0)).toBe(true);
    expect(describeForecast(answer, percent)).toBe('is at the limit with 96.0 %');
  });

  it('looks no further ahead than its window can tell', () => {
    expect(reachHours(3 * hour, false)).toBeCloseTo(2, 6);
    expect(reachHours(day, false)).toBeCloseTo(13.2, 6);
    expect(reachHours(4 * day, true)).toBeCloseTo(96, 6);
    expect(reachHours(7 * day, true)).toBeCloseTo(336, 6);
    for (let h = 2; h < 168; h++) {
      expect(reachHours((h + 1) * hour, h >= 47)).toBeGreaterThanOrEqual(0.9 * reachHours(h * hour, h >= 48));
    }
    const far = look(series(7, (d) => 0.3 + 0.01 * d));
    expect(far).toMatchObject({ kind: 'steady', why: 'too-far' });
  });

  it('says what it rests on', () => {
    const leak = look(series(7, (d, i) => 0.5 + 0.04 * d + 0.001 * ((i * 7) % 5)));
    expect(describeForecast(leak, percent)).toMatch(
      /^reaches the limit in 4d\d+h \(4d\d+h to 4d\d+h; 4\.0 % a day, .* to .*; seasonal Kendall on 168 medians of 1h over 7d, p < 0\.00\d|p 0\.00\d\)$/,
    );
    expect(describeForecast(look([0.5]), percent)).toBe(
      'not enough data: 1 means of five minutes over 5m, at least 12 over 2h',
    );
    expect(describeForecast(look(series(1, () => 0.5)), percent)).toContain('does not go towards the limit');
  });

  it('counts from now on, not from the last mean', () => {
    const values = series(4 / 24, (d) => 0.35 + 2.4 * d);
    const ask = { samples: samplesOf(values), since: null, limit: 0.95, direction: 'up' } as const;
    const [soon, later] = [0, 30 * minute].map((wait) => forecast({ ...ask, now: start + 4 * hour + wait }));
    if (soon?.kind !== 'ages' || later?.kind !== 'ages') throw new Error('no leak');
    expect(soon.exhaustion.best - later.exhaustion.best).toBeCloseTo(30 * minute, 0);
  });
});

describe('a forecast in a young life', () => {
  const random = noise(0.005);
  const load = (d: number): number => 0.12 * Math.sin(2 * Math.PI * d);
  /** Three days of a life, then another one that does what `young` says of its age in days. */
  const secondLife = (young: (age: number) => number, days: number): readonly number[] =>
    series(3 + days, (d) => load(d) + random() + (d < 3 ? warmUp(d) : young(d - 3)));
  const warmUp = (age: number): number => 0.45 + 0.25 * (1 - Math.exp(-age * 4));
  const ask = (values: readonly number[], since: number | null): Forecast => {
    const now = start + values.length * stepMs;
    return forecast({ samples: samplesOf(values), since, limit: 0.95, direction: 'up', now });
  };

  it('knows how high the life before stood, and is not alarmed when it fills up in the same way', () => {
    const heard = Array.from({ length: 24 }, (_, i) => {
      const values = secondLife(warmUp, (i + 4) / 24);
      return ask(values, start + 3 * day).kind;
    });
    expect(heard).not.toContain('ages');
  });

  it('sees a leak all the same, also when the life before leaked as well', () => {
    const leak = (age: number): number => 0.35 + 0.5 * age;
    const after = secondLife(leak, 0.9);
    expect(ask(after, start + 3 * day).kind).toBe('ages');
    const again = series(3.8, (d) => 0.35 + 0.55 * (d % 1) + random());
    expect(ask(again, start + 3 * day).kind).toBe('ages');
  });

  it('takes the course of the day from what was before', () => {
    const values = series(3.8, (d) => 0.6 + load(d - 0.1) + random());
    expect(ask(values, start + 3.4 * day)).toMatchObject({ kind: 'steady', basis: { withoutDay: true } });
    expect(ask(values.slice(Math.round((3.4 * day) / stepMs)), null)).toMatchObject({
      basis: { withoutDay: false },
    });
  });

  it('does not take a load that came at once for a leak', () => {
    const values = series(2, (d) => 0.5 + 0.3 * Math.min(1, Math.max(0, (d - 1.9) * 24)) + random());
    expect(look(values)).toMatchObject({ kind: 'steady' });
  });
});

describe('any forecast', () => {
  it('has no NaN in it, whatever was measured', () => {
    const wild = fc.array(
      fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, NaN, Infinity, -Infinity)),
      { maxLength: 400 },
    );
    fc.assert(
      fc.property(fc.oneof(anySeries, wild), (values) => {
        const answer = look(values);
        if (answer.kind === 'not-enough-data') return;
        for (const number of numbersIn(answer)) expect(number).not.toBeNaN();
      }),
      { numRuns: 60 },
    );
  });

  it('is the same in any unit, with the limit', () => {
    const times = fc.constantFrom(0.25, 2, 1024);
    fc.assert(
      fc.property(anySeries, times, (values, factor) => {
        const [one, other] = [
          look(values),
          look(
            values.map((x) => x * factor),
            0.95 * factor,
          ),
        ];
        expect(other.kind).toBe(one.kind);
        if (one.kind !== 'ages' || other.kind !== 'ages') return;
        expect(other.exhaustion.best).toBeCloseTo(one.exhaustion.best, 3);
        expect(other.basis.perHour.slope).toBeCloseTo(one.basis.perHour.slope * factor, 9);
      }),
      { numRuns: 40 },
    );
  });

  it('is the same where a figure falls to its limit as where it rises to it', () => {
    fc.assert(
      fc.property(anySeries, (values) => {
        const up = look(values);
        const down = forecast({
          samples: samplesOf(values.map((x) => -x)),
          since: null,
          limit: -0.95,
          direction: 'down',
          now: start + values.length * stepMs,
        });
        expect(down.kind).toBe(up.kind);
        if (up.kind !== 'ages' || down.kind !== 'ages') return;
        expect(down.exhaustion).toEqual(up.exhaustion);
        expect(down.basis.perHour.upper).toBe(-up.basis.perHour.lower);
      }),
      { numRuns: 30 },
    );
  });

  it('does not depend on where zero is', () => {
    fc.assert(
      fc.property(anySeries, fc.constantFrom(-0.5, 1, 8), (given, shift) => {
        // Multiples of a power of two, so that the sums are exact and ties stay ties.
        const values = given.map((x) => Math.round(x * 2 ** 20) / 2 ** 20);
        const [one, other] = [
          look(values, 0.9375),
          look(
            values.map((x) => x + shift),
            0.9375 + shift,
          ),
        ];
        expect(other.kind).toBe(one.kind);
        if (one.kind !== 'ages' || other.kind !== 'ages') return;
        expect(other.exhaustion.best).toBeCloseTo(one.exhaustion.best, 0);
      }),
      { numRuns: 40 },
    );
  });

  it('does not depend on when it is', () => {
    fc.assert(
      fc.property(anySeries, fc.integer({ min: 0, max: 5e11 }), (values, shift) => {
        expect(look(values, 0.95, start + shift)).toEqual(look(values));
      }),
      { numRuns: 40 },
    );
  });

  it('never gives a steeper leak more time', () => {
    const leak = fc.double({ min: 0.03, max: 0.2, noNaN: true });
    fc.assert(
      fc.property(leak, leak, fc.integer({ min: 1, max: 1000 }), (first, second, seed) => {
        const [slow, steep] = [Math.min(first, second), Math.max(first, second)].map((perDay) => {
          const random = noise(0.005, seed);
          return look(series(3, (d) => 0.3 + perDay * d + random()));
        });
        if (slow?.kind !== 'ages') return;
        expect(steep?.kind).toMatch(/ages|reached/);
        if (steep?.kind === 'ages') {
          expect(steep.exhaustion.best).toBeLessThanOrEqual(slow.exhaustion.best + 1);
        }
      }),
      { numRuns: 30 },
    );
  });
});
