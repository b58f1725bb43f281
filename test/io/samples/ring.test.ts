import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Grain, Ring } from '../../../src/io/samples/ring.ts';

const grains: readonly Grain[] = [
  { tickMs: 1, instants: 4, values: 8 },
  { tickMs: 300_000, instants: 2, values: 4 },
];

/** From one row to the next, in ticks: mostly near, sometimes where two bytes, or four, no longer do. */
const step = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 10 }) },
  { weight: 2, arbitrary: fc.integer({ min: 2 ** 16 - 50, max: 2 ** 16 + 50 }) },
  { weight: 1, arbitrary: fc.integer({ min: 2 ** 32 - 50, max: 2 ** 32 + 50 }) },
);
const act = fc.oneof(
  { weight: 10, arbitrary: fc.record({ what: fc.constant('push' as const), step }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('forget' as const), step: fc.integer({ min: 0, max: 20 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('allow' as const), step: fc.integer({ min: 1, max: 60 }) }),
  },
);

it.each(grains)('a ring of $instants bytes an instant keeps what a list would keep', (grain) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.array(act, { maxLength: 150 }), (limit, acts) => {
      const ring = new Ring(1, limit, grain);
      let rows: { at: number; value: number }[] = [];
      let most = limit;
      let tick = Math.floor(Date.UTC(2026, 2, 2) / grain.tickMs);
      for (const [value, one] of acts.entries()) {
        if (one.what === 'push') {
          tick += one.step;
          ring.push(tick * grain.tickMs, [value]);
          rows = [...rows, { at: tick * grain.tickMs, value }].slice(-most);
        } else if (one.what === 'forget') {
          const from = (tick - one.step) * grain.tickMs;
          ring.forgetFrom(from);
          rows = rows.filter(({ at }) => at < from);
        } else {
          most = Math.max(most, one.step);
          ring.allow(one.step);
        }
        expect(ring.lastAt).toBe(rows.at(-1)?.at ?? -Infinity);
      }
      expect(Array.from(rows, (_, index) => ({ at: ring.at(index), value: ring.value(index, 0) }))).toEqual(
        rows,
      );
      expect(ring.length).toBe(rows.length);
    }),
    { numRuns: 300 },
  );
});
