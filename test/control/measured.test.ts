import { expect, it } from 'vitest';
import { measuredBy } from '../../src/control/measured.ts';
import { idOf, measured } from '../policy/aging/measured.ts';

const web1 = idOf('web1');
const store = measured({ web1: { load: [[1_000, 7]] } }, 60_000);

it('a candidate has its newest value, while that is fresh and of its present life', () => {
  const newest = (now: number, youngSince: number | null): number | null =>
    measuredBy(
      store,
      () => ({ kind: 'steady', basis: null }),
      () => youngSince,
      now,
    ).newest(web1, 'load');
  expect(newest(2_000, null)).toBe(7);
  expect(newest(2_000, 1_500)).toBeNull();
  expect(newest(62_000, null)).toBeNull();
});
