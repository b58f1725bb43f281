import { expect, it } from 'vitest';
import { innerMinimum, sampled } from '../../src/model/minimum.ts';

const find = (f: (x: number) => number) => innerMinimum(f, sampled(f, 1e-3, 1e3, 8));

it('a minimum is found to many more digits than comparing values would give', () => {
  const found = find((x) => x / 7 + 7 / x);
  expect(found?.at).toBeCloseTo(7, 8);
  expect(found?.value).toBeCloseTo(2, 14);
});

it('of two minima the lower is found, wherever it lies', () => {
  const dip = (x: number, at: number, depth: number): number =>
    depth * Math.exp(-((Math.log(x / at) / 0.4) ** 2));
  expect(find((x) => 3 - dip(x, 0.05, 1) - dip(x, 40, 1.1))?.at).toBeCloseTo(40, 6);
  expect(find((x) => 3 - dip(x, 0.05, 1.1) - dip(x, 40, 1))?.at).toBeCloseTo(0.05, 8);
});

it.each([
  ['falls', (x: number) => 1 / x],
  ['rises', (x: number) => x],
  ['is flat', () => 5],
  ['has a maximum only', (x: number) => -(x / 7 + 7 / x)],
])('there is none where the function %s', (_, f) => expect(find(f)).toBeNull());
