import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chain } from '../../src/model/chain.ts';
import { doubled, transient } from '../../src/model/transient.ts';
import { relative } from './rates.ts';

const twoStates = (out: number, back: number): Chain => ({
  size: 2,
  from: [0, 1],
  to: [1, 0],
  perHour: [out, back],
  name: (state) => `state ${state}`,
});
const rate = fc.double({ min: -4, max: 3, noNaN: true }).map((exponent) => 10 ** exponent);

describe('what a chain does in a given time', () => {
  it('is what two exponentials give for two states', () => {
    fc.assert(
      fc.property(rate, rate, rate, (out, back, hours) => {
        const { arrives, stays } = transient(twoStates(out, back), hours);
        const sum = out + back;
        const gone = -Math.expm1(-sum * hours) / sum;
        expect(relative(arrives.cells[1]!, out * gone)).toBeLessThan(1e-12);
        expect(relative(arrives.cells[2]!, back * gone)).toBeLessThan(1e-12);
        const away = sum * hours < 1e-3 ? (out * hours ** 2) / 2 : (out / sum) * (hours - gone);
        expect(relative(stays.cells[1]!, away)).toBeLessThan(1e-3);
        if (sum * hours > 1) expect(relative(stays.cells[1]!, away)).toBeLessThan(1e-12);
      }),
    );
  });

  it('over twice the time is done by doubling', () => {
    const chain = twoStates(0.3, 2);
    const [twice, direct] = [doubled(transient(chain, 7)), transient(chain, 14)];
    expect(twice.hours).toBe(14);
    for (const cell of [0, 1, 2, 3]) {
      expect(relative(twice.arrives.cells[cell]!, direct.arrives.cells[cell]!)).toBeLessThan(1e-13);
      expect(relative(twice.stays.cells[cell]!, direct.stays.cells[cell]!)).toBeLessThan(1e-13);
    }
  });

  it('has rows that sum to 1, and to the time', () => {
    const { arrives, stays } = transient(twoStates(50, 1e-6), 1e6);
    expect(arrives.cells[0]! + arrives.cells[1]!).toBeCloseTo(1, 14);
    expect(relative(stays.cells[2]! + stays.cells[3]!, 1e6)).toBeLessThan(1e-14);
  });
});
