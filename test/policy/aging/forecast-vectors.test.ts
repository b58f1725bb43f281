import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seasonalKendall } from '../../../src/model/trend/seasonal-kendall.ts';
import { forecast, type Forecast } from '../../../src/policy/aging/forecast.ts';
import { readVectorFile } from '../../vectors/vector-file.ts';
import { hour, stepMs } from './series.ts';

const file = readVectorFile(
  join(fileURLToPath(new URL('../../vectors', import.meta.url)), '5_ageing_detection.json'),
);
const numbers = z.array(z.number());
const limited = z.looseObject({
  x: numbers,
  limit: z.number().default(1e9),
  direction: z.enum(['up', 'down']).default('up'),
});
const verdict = z.looseObject({
  aging_detected: z.boolean(),
  tte: z.union([z.number(), z.string()]).nullable(),
  p_two_sided: z.number(),
});
const vectorOf = (id: string) => {
  const vector = file.vectors.find((one) => one.id === id);
  if (vector === undefined) throw new Error(`no vector ${id}`);
  return vector;
};

/** Each value for so long, in means of five minutes. */
function look(values: readonly number[], eachMs: number, limit: number, direction: 'up' | 'down'): Forecast {
  const each = eachMs / stepMs;
  const length = values.length * each;
  const value = (i: number): number => values[Math.floor(i / each)] ?? NaN;
  const samples = { length, at: (i: number) => i * stepMs, value };
  return forecast({ samples, since: null, limit, direction, now: length * stepMs });
}

describe('the acceptance vectors through the forecast', () => {
  it('give the slope and the p of Mann and Kendall for some hours', () => {
    const { input, expected } = vectorOf('5O009');
    const { x } = limited.parse(input);
    const found = look(x, stepMs, 1e9, 'up');
    if (found.kind !== 'steady') throw new Error(found.kind);
    const { sen_slope, p_two_sided } = z
      .looseObject({ sen_slope: z.number(), p_two_sided: z.number() })
      .parse(expected);
    expect(found.basis.test).toBe('mann-kendall');
    expect(found.basis.perHour.slope / (12 * sen_slope)).toBeCloseTo(1, 9);
    expect(found.basis.p / p_two_sided).toBeCloseTo(1, 8);
  });

  it('give the seasonal slope and p for the last week of an hourly grid', () => {
    const { input } = vectorOf('5O013');
    const { rows_cycle_by_season: rows } = z
      .looseObject({ rows_cycle_by_season: z.array(z.array(z.number())) })
      .parse(input);
    const week = rows.slice(-7);
    const found = look(week.flat(), hour, 1e9, 'up');
    if (found.kind !== 'steady') throw new Error(found.kind);
    const { slope, covariance } = seasonalKendall(week, 0.95);
    expect(found.basis).toMatchObject({ test: 'seasonal-kendall', n: 168 });
    expect(found.basis.p).toBeCloseTo(covariance.p, 12);
    expect(found.basis.perHour.slope).toBeCloseTo((slope?.perCycle ?? NaN) / 24, 12);
  });

  it.each(['5O017', '5O018', '5O019', '5O020', '5O021'])('agree on the trend of %s', (id) => {
    const { input, expected } = vectorOf(id);
    const { x, limit, direction } = limited.parse(input);
    const { aging_detected: detected, tte } = verdict.parse(expected);
    const found = look(x, hour, limit, direction);
    if (tte === 0) expect(found.kind).toBe('reached');
    else if (!detected) expect(found.kind).toBe('steady');
    // Two days of hours tell no further ahead than a day or two; the limit is three weeks away.
    else expect(found).toMatchObject({ kind: 'steady', why: 'too-far' });
  });
});
