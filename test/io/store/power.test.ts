import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../../src/domain/errors.ts';
import type { Store } from '../../../src/domain/seams.ts';
import { layoutOf } from '../../../src/io/store/layout.ts';
import { openLocked } from '../../../src/io/store/open-locked.ts';
import { setAsideLocked } from '../../../src/io/store/set-aside.ts';
import { walk } from '../../../src/io/store/walk.ts';
import { chanceOf, FakeDisk, Killed } from '../../fakes/disk.ts';
import { opened } from './events.ts';

const layout = layoutOf('/records');
const lock = { release: () => Promise.resolve() };

/** What happens to the records, one after another. */
type Happening =
  | { readonly kind: 'append'; readonly together: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'kill' | 'fault'; readonly after: number; readonly seed: number }
  | { readonly kind: 'power'; readonly seed: number };

const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('append' as const), together: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('kill' as const, 'fault' as const),
      after: fc.integer({ min: 0, max: 25 }),
      seed,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('power' as const), seed }) },
);

/** The records under test, beside the list of what they must hold. */
class Run {
  readonly disk: FakeDisk;
  refused = 0;
  losses = 0;
  private readonly lines: number;
  private store: Store | null = null;
  private trouble: (() => void) | null = null;
  private count = 0;
  /** Acknowledged, or found there by somebody who may have acted on it. */
  private sure: string[] = [];
  /** Neither acknowledged nor surely taken back, in the order in which they were asked for. */
  private doubtful: string[] = [];

  constructor(block: number, lines: number) {
    this.disk = new FakeDisk(block);
    this.lines = lines;
  }

  /** Records that are refused as damaged are set aside; anything but the whole sure past is an error. */
  async open(): Promise<void> {
    this.store = null;
    const disk = this.disk.boot();
    const rotation = { bytes: 2 ** 30, lines: this.lines };
    this.trouble?.();
    this.trouble = null;
    try {
      this.store = await openLocked(layout, { disk, lock, reserveBytes: 24, rotation });
    } catch (error) {
      // Killed, or failed by the disk, while it was opening: it is started again, and nothing happens to it then.
      if (!(error instanceof RejuvError)) {
        expect(error).toSatisfy(isDisk);
        await this.open();
        return;
      }
      expect(error.code).toBe('records-damaged');
      this.refused += 1;
      // What was acknowledged stands before the damage, where it is kept.
      this.expectWhole(this.readable());
      await setAsideLocked(layout, disk, 2_000).catch((failure: unknown) => {
        expect(failure).toSatisfy(isDisk);
      });
      await this.open();
      return;
    }
    this.expectWhole(this.store.records.operations.map(({ id }) => id));
  }

  async happen(happening: Happening): Promise<void> {
    switch (happening.kind) {
      case 'append':
        await this.append(happening.together);
        return;
      case 'restart':
        await this.store?.close().catch(() => undefined);
        await this.open();
        return;
      case 'kill':
      case 'fault':
        this.meet(happening);
        return;
      case 'power':
        this.disk.losePower(chanceOf(happening.seed));
        this.losses += 1;
        await this.open();
        return;
    }
  }

  /** Comes while it runs or, every other time, while it starts the next time. */
  private meet({ kind, after, seed: number }: Extract<Happening, { kind: 'kill' | 'fault' }>): void {
    const meet = (): void => {
      if (kind === 'kill') this.disk.killAfter(after, chanceOf(number));
      else this.disk.failAfter(after, chanceOf(number));
    };
    if (number % 2 === 0) meet();
    else this.trouble = meet;
  }

  private async append(together: number): Promise<void> {
    const ids = Array.from({ length: together }, () => `op-${(this.count += 1)}`);
    const outcomes = await Promise.allSettled(ids.map(async (id) => await this.store?.append(opened(id))));
    for (const [i, id] of ids.entries()) {
      if (outcomes[i]?.status === 'fulfilled') {
        this.sure.push(id);
        // What was refused before is taken back: it may not come back behind what was acknowledged later.
        this.doubtful = [];
      } else this.doubtful.push(id);
    }
    expect(this.store?.records.operations.map(({ id }) => id) ?? this.sure).toEqual(this.sure);
  }

  /** What stands before the damage. */
  private readable(): string[] {
    const files = this.disk.files();
    const found = {
      journal: files.get(layout.journal) ?? null,
      snapshot: files.get(layout.snapshot) ?? null,
    };
    return walk(layout, found).records.operations.map(({ id }) => id);
  }

  private expectWhole(ids: readonly string[]): void {
    const beyond = ids.slice(this.sure.length);
    expect(ids.slice(0, this.sure.length)).toEqual(this.sure);
    // What was refused and taken back may be missing in front of what was asked for later.
    expect(this.doubtful.filter((id) => beyond.includes(id))).toEqual(beyond);
    this.sure.push(...beyond);
    this.doubtful = [];
  }
}

function isDisk(error: unknown): boolean {
  return error instanceof Killed || (error instanceof Error && error.message.startsWith('EIO'));
}

/** Killed in its operation number `at`; then a restart appends, and all names that were not synced go with the power. */
async function killedThenPowerless(at: number): Promise<{ acknowledged: string[]; found: string[] | null }> {
  const disk = new FakeDisk(64);
  const options = { lock, reserveBytes: 24, rotation: { bytes: 2 ** 30, lines: 4 } };
  const ids = ['op-1', 'op-2', 'op-3', 'op-4', 'op-5'];
  const acknowledged: string[] = [];
  const append = async (store: Store, id: string): Promise<void> => {
    await store.append(opened(id)).then(
      () => acknowledged.push(id),
      () => undefined,
    );
  };
  const first = await openLocked(layout, { ...options, disk: disk.boot() });
  disk.killAfter(at, () => 1);
  for (const id of ids) await append(first, id);
  const second = await openLocked(layout, { ...options, disk: disk.boot() });
  await append(second, 'op-6');
  disk.losePower(() => 1);
  const last = await openLocked(layout, { ...options, disk: disk.boot() });
  return { acknowledged, found: last.records.operations.map(({ id }) => id) };
}

describe('a process that is killed while it starts a new journal', () => {
  it('costs nothing that is acknowledged after the restart, when the power is lost as well', async () => {
    for (let at = 0; at < 40; at += 1) {
      const { acknowledged, found } = await killedThenPowerless(at);
      expect(found, `killed in operation ${at}`).toEqual(expect.arrayContaining(acknowledged));
    }
  });
});

describe('a disk that loses any part of what was not synced', () => {
  it(
    'loses no acknowledged event, doubles none, invents none: the records are whole, or refused',
    { timeout: 60_000 },
    async () => {
      const seen = { refused: 0, losses: 0 };
      const property = fc.asyncProperty(
        fc.array(happening, { minLength: 4, maxLength: 30 }),
        fc.constantFrom(8, 64, 4096),
        fc.integer({ min: 3, max: 9 }),
        async (happenings, block, lines) => {
          const run = new Run(block, lines);
          await run.open();
          for (const one of happenings) await run.happen(one);
          seen.refused += run.refused;
          seen.losses += run.losses;
        },
      );
      await fc.assert(property, { numRuns: 1_200 });
      expect(seen.losses).toBeGreaterThan(500);
      expect(seen.refused).toBeGreaterThan(0);
    },
  );
});
