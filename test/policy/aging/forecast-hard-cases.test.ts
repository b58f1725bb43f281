import { describe, expect, it } from 'vitest';
import { forecast, type Forecast } from '../../../src/policy/aging/forecast.ts';
import { chanceFrom } from './random.ts';
import { day, stepMs } from './series.ts';

const start = Date.UTC(2026, 10, 2);

function look(values: readonly number[]): Forecast {
  const samples = {
    length: values.length,
    at: (i: number) => start + i * stepMs,
    value: (i: number) => values[i] ?? NaN,
  };
  const now = start + values.length * stepMs;
  return forecast({ samples, since: null, limit: 0.95, direction: 'up', now });
}

const series = (days: number, at: (days: number) => number): number[] =>
  Array.from({ length: Math.round((days * day) / stepMs) }, (_, i) => at((i * stepMs) / day));

const noise = (sd: number): (() => number) => {
  const chance = chanceFrom(1);
  return () => sd * chance.normal();
};

describe('a forecast that knows little', () => {
  it('sees on its first day a leak that the falling load of the evening hid', () => {
    const random = noise(0.01);
    // From ten in the morning on, with the peak at three in the afternoon.
    const load = (d: number): number => 0.075 * (1 + Math.cos(2 * Math.PI * (d - 5 / 24)));
    const leak = series(16.5 / 24, (d) => 0.35 + 0.6 * d + load(d) + random());
    expect(look(leak).kind).toBe('ages');
    const none = series(1, (d) => 0.6 + load(d) + random());
    for (let i = 24; i <= none.length; i += 6) expect(look(none.slice(0, i)).kind).not.toBe('ages');
  });

  it('sees on its second day a leak by which every hour has risen alike, and no cache that fills', () => {
    const random = noise(0.01);
    // From noon on, with the peak at three in the afternoon.
    const load = (d: number): number => 0.075 * (1 + Math.cos(2 * Math.PI * (d - 3 / 24)));
    const leak = series(37 / 24, (d) => 0.41 + 0.19 * d + load(d) + random());
    expect(look(leak)).toMatchObject({ kind: 'ages', basis: { windowMs: (37 / 24) * day } });
    for (const hours of [3, 6, 12]) {
      const cache = series(2, (d) => 0.45 + 0.2 * (1 - Math.exp((-d * 24) / hours)) + load(d) + random());
      for (let i = 36; i <= 48; i += 1) expect(look(cache.slice(0, i * 12)).kind).not.toBe('ages');
    }
  });

  it('sees soon what leaked while nothing was measured', () => {
    const random = noise(0.01);
    const values = series(4 + 4.4 / 24, (d) => {
      const value = 0.43 + 0.1 * 24 * Math.max(0, d - 4) + random();
      return d > 4 + 0.2 / 24 && d < 4 + 3.2 / 24 ? NaN : value;
    });
    expect(look(values).kind).toBe('ages');
  });

  it('does not take two steps in a week for a leak', () => {
    const random = noise(0.01);
    const load = (d: number): number => 0.04 * Math.sin(2 * Math.PI * d);
    const values = series(6, (d) => 0.45 + (d < 1.7 ? 0 : d < 4 ? 0.12 : 0.23) + load(d) + random());
    expect(look(values)).toMatchObject({ kind: 'steady' });
  });
});
