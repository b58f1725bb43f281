import fc from 'fast-check';
import { describe, it } from 'vitest';
import { noDoom } from '../fakes/befall.ts';
import { happening } from '../fakes/happening.ts';
import { lifetime } from '../fakes/lifetime.ts';
import type { Shop } from '../fakes/troubled-shop.ts';

const shops: fc.Arbitrary<Shop> = fc.record({
  answers: fc.constant(true),
  warm: fc.boolean(),
  spares: fc.constantFrom(1, 2),
  failback: fc.constantFrom('manual', 'automatic'),
  ladder: fc.constantFrom('none', 'restart and reboot', 'power cycle'),
  whenOneIsDown: fc.constantFrom('block', 'continue'),
});

const plain = fc.constant<Shop>({
  answers: false,
  warm: false,
  spares: 1,
  failback: 'manual',
  ladder: 'none',
  whenOneIsDown: 'block',
});

/** The same lives each time; `ORDEAL_RUNS=3000` hunts for longer, with others. */
const hunted = process.env['ORDEAL_RUNS'];
const runs = Number(hunted ?? 60);
const seed = hunted === undefined ? { seed: 20_261_128 } : {};

describe('whatever happens, in whatever order', () => {
  for (const [who, shop, numRuns] of [
    ['', plain, runs / 2],
    [', and faults are answered', shops, runs],
  ] as const) {
    it(
      `the laws hold at each moment, and everything comes to rest${who}`,
      { timeout: 240_000 + runs * 1_000 },
      async () => {
        await fc.assert(
          fc.asyncProperty(
            shop,
            fc.array(happening, { minLength: 20, maxLength: 60 }),
            async (one, happenings) => {
              await lifetime(one, happenings, noDoom());
            },
          ),
          { numRuns, endOnFailure: true, ...seed },
        );
      },
    );
  }
});
