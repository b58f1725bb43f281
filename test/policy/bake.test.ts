import { describe, expect, it } from 'vitest';
import { judgeBake, type Fared } from '../../src/policy/bake.ts';
import { atLeast } from '../../src/policy/binomial.ts';
import { weightOf } from '../../src/policy/weight.ts';
import { chanceOf } from '../fakes/disk.ts';

const margins = { errors: 2, latency: 1.5, minRequests: 100 };
const fared = (change: Partial<Fared> = {}): Fared => ({
  requests: 1_000,
  errors: 0,
  meanMs: 20,
  roundingMs: 1,
  ...change,
});
const verdict = (server: Partial<Fared>, peers: Partial<Fared>, alpha = 0.01): string =>
  judgeBake(fared(server), fared(peers), margins, alpha).kind;

describe('a server beside its peers', () => {
  it.each<[string, Partial<Fared>, Partial<Fared>, string]>([
    ['fares alike', {}, {}, 'as-good'],
    ['made a few errors, its peers none', { errors: 5 }, { requests: 2_000 }, 'as-good'],
    ['made as many errors as cannot be chance', { errors: 7 }, { requests: 2_000 }, 'worse'],
    ['made many errors, as its peers did', { errors: 300 }, { errors: 300 }, 'as-good'],
    ['fails everything', { errors: 1_000 }, { errors: 10 }, 'worse'],
    ['is slower, within the margin', { meanMs: 29 }, {}, 'as-good'],
    ['is slower, beyond it', { meanMs: 40 }, {}, 'worse'],
    ['is slower by what may be rounding', { meanMs: 3, roundingMs: 1 }, { meanMs: 1 }, 'as-good'],
    ['has no times, as in tcp', { meanMs: null }, { meanMs: null }, 'as-good'],
    ['had too few requests', { requests: 99, errors: 99 }, {}, 'too-few'],
    ['has peers that had too few', { errors: 500 }, { requests: 99 }, 'too-few'],
  ])('%s', (_, server, peers, kind) => {
    expect(verdict(server, peers)).toBe(kind);
  });

  it('is called worse by chance in less than one entry of a hundred, at twice the errors of its peers', () => {
    const chance = chanceOf(20261128);
    const errorsOf = (requests: number, share: number): number =>
      Array.from({ length: requests }, () => (chance(1_000_000) < share * 1_000_000 ? 1 : 0)).reduce<number>(
        (sum, one) => sum + one,
        0,
      );
    let alarms = 0;
    const entries = 2_000;
    for (let entry = 0; entry < entries; entry += 1) {
      const own = errorsOf(300, 0.02);
      const theirs = errorsOf(600, 0.01);
      if (verdict({ requests: 300, errors: own }, { requests: 600, errors: theirs }) === 'worse') alarms += 1;
    }
    expect(alarms / entries).toBeLessThan(0.01);
  });
});

describe('the binomial tail', () => {
  it.each([
    [0, 10, 0.3, 1],
    [11, 10, 0.3, 0],
    [10, 10, 0.5, 2 ** -10],
    [1, 3, 0.5, 7 / 8],
    [60, 100, 0.5, 0.02844396682049039],
  ])('of %i or more of %i at %f', (k, n, p, expected) => {
    expect(atLeast(k, n, p)).toBeCloseTo(expected, 12);
  });

  it('holds for large counts', () => {
    expect(atLeast(50_000, 100_000, 0.5)).toBeGreaterThan(0.5);
    expect(atLeast(52_000, 100_000, 0.5)).toBeLessThan(1e-30);
  });
});

describe('a share of a weight', () => {
  it.each([
    [0.1, 100, 10],
    [0.25, 10, 3],
    [0.1, 1, 1],
    [1, 37, 37],
    [0.5, 0, 0],
    [0.1, 256, 26],
  ])('%f of %i is %i', (share, whole, weight) => {
    expect(weightOf(share, whole)).toBe(weight);
  });
});
