import type { Operation } from '../../src/domain/operation.ts';
import { never, type FakeWorld } from '../fakes/world.ts';

/** What tests of a shop with short waits share. */

export const web1 = 'shop/web1';
export const web4 = 'shop/web4';
export const quickly = {
  drain: { persistenceMs: 2_000, deadlineMs: 60_000, atDeadline: 'wait' as const },
};

export const last = (world: FakeWorld): Operation => world.store.records.operations.at(-1)!;

export const pass = async (world: FakeWorld, ms: number): Promise<void> => await world.clock.sleep(ms, never);

export const stepBegun =
  (kind: string, phase?: string) =>
  ({ steps }: Operation): boolean =>
    steps.some(
      (one) =>
        one.step.kind === kind && one.state === 'begun' && (phase === undefined || one.phase === phase),
    );
