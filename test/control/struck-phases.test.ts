import { describe, expect, it } from 'vitest';
import type { WorkPhase } from '../../src/domain/operation.ts';
import { noDoom } from '../fakes/befall.ts';
import { parts, troubles, type Happening, type Part, type Trouble } from '../fakes/happening.ts';
import { lifetime } from '../fakes/lifetime.ts';
import type { Shop } from '../fakes/troubled-shop.ts';

const shop: Shop = {
  answers: true,
  warm: false,
  spares: 1,
  failback: 'manual',
  ladder: 'restart and reboot',
  whenOneIsDown: 'block',
};

const passes = (ms: number): Happening => ({ what: 'time passes', ms });
const asks: Happening = { what: 'asks', kind: 'rejuvenation', server: 'web1' };
const dies: Happening = { what: 'trouble', trouble: 'dies', server: 'web1', on: 'a', forMs: 0 };

/** What is under way, how it comes to each of its phases, and whom something can befall then. */
const courses: readonly {
  readonly kind: string;
  readonly phases: readonly WorkPhase[];
  readonly parts: readonly Part[];
  readonly happenings: readonly Happening[];
}[] = [
  {
    kind: 'rejuvenation',
    phases: ['activating', 'duplexing', 'admitting', 'draining', 'rejuvenating', 'verifying', 'registering'],
    parts,
    happenings: [asks, passes(120_000)],
  },
  {
    kind: 'rejuvenation',
    phases: ['rolling-back'],
    parts,
    happenings: [asks, passes(6_000), { what: 'aborts' }, passes(60_000)],
  },
  {
    kind: 'failover',
    phases: ['activating', 'confirming', 'admitting', 'draining'],
    parts,
    happenings: [dies, passes(60_000)],
  },
  {
    kind: 'recovery',
    phases: ['rejuvenating', 'verifying', 'registering'],
    parts: ['its server', 'another'],
    happenings: [dies, passes(90_000)],
  },
];

describe('in the middle of an operation', () => {
  for (const { kind, phases, parts: whom, happenings } of courses) {
    for (const phase of phases) {
      it(
        `a ${kind} in ${phase}, whatever befalls whom, ends well or says why not`,
        { timeout: 120_000 },
        async () => {
          for (const part of whom) {
            for (const trouble of troubles) {
              const struck = await strike(phase, part, trouble, happenings);
              expect(struck).toContain(`${kind} in ${phase}: ${part} ${trouble}`);
            }
          }
        },
      );
    }
  }
});

/** One lifetime; gives what befell whom in which phase. */
async function strike(
  phase: WorkPhase,
  part: Part,
  trouble: Trouble,
  happenings: readonly Happening[],
): Promise<readonly string[]> {
  const doom = noDoom();
  const one = { trouble, phase, part, afterCalls: 2, forMs: 30_000 };
  try {
    await lifetime(shop, [{ what: 'strike', strike: one }, passes(10_000), ...happenings], doom);
  } catch (thrown) {
    throw new Error(`${part} ${trouble} in ${phase}`, { cause: thrown });
  }
  return doom.struck;
}
