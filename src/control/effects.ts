import { asRejuvError } from '../domain/errors.ts';
import { sameServer, type ServerId } from '../domain/names.ts';
import { isEnd, type Operation } from '../domain/operation.ts';
import type { Records } from '../domain/records.ts';
import { findBackend } from '../domain/settings.ts';
import { measureEffect } from '../policy/effect.ts';
import type { Journal } from './journal.ts';
import type { World } from './world.ts';
import type { Worlds } from './worlds.ts';

/** An effect shows over hours. */
const everyMs = 5 * 60_000;
/** Where nothing is measured only a reload brings work, and that wakes the loop. */
const idleMs = 3_600_000;

/** Measures what each completed rejuvenation has brought, once it can be told, until the signal fires. */
export async function keepEffects(worlds: Worlds, journal: Journal, signal: AbortSignal): Promise<void> {
  const stopped = (): boolean => signal.aborted;
  while (!stopped()) {
    try {
      await worlds.use(async (world) => await measureOnce(world, journal));
    } catch (thrown) {
      // A full disk: it is measured again with the next turn.
      if (!stopped() && asRejuvError(thrown).code !== 'records-unwritable') throw thrown;
    }
    const wake = AbortSignal.any([signal, worlds.replaced()]);
    const { settings, clock } = worlds.now();
    const measures = settings.backends.some(({ sources }) => sources.length > 0);
    await clock.sleep(measures ? everyMs : idleMs, wake).catch(() => undefined);
  }
}

async function measureOnce(world: World, journal: Journal): Promise<void> {
  const now = world.clock.now();
  for (const operation of journal.records().operations) {
    if (!isOwed(world, operation)) continue;
    const since = servingSince(journal.records(), operation);
    const state = measureEffect(operation, since, world.samples, now);
    if (state.kind === 'waiting') continue;
    const effect = state.kind === 'measured' ? state.effect : null;
    await journal.record({ type: 'effect-measured', at: now, id: operation.id, effect });
  }
}

function isOwed({ settings }: World, { kind, phase, effect, backend }: Operation): boolean {
  if (kind !== 'rejuvenation' || phase !== 'completed' || effect !== 'owed') return false;
  // Without a source nothing that aging shows in is measured, now or later.
  return (findBackend(settings, backend)?.sources.length ?? 0) > 0;
}

/**
 * Since when it serves again after its rejuvenation: it has served all the time where it went back by itself, else since
 * it last took over from another. Null: it does not serve, or has left service again since.
 */
function servingSince({ operations }: Records, rejuvenation: Operation): number | null {
  const own: ServerId = rejuvenation;
  const later = operations.slice(operations.indexOf(rejuvenation) + 1);
  if (rejuvenation.spare === null) {
    return later.some((one) => sameServer(one, own)) ? null : rejuvenation.endedAt;
  }
  const took = later.find((one) => one.spare === own.server && one.backend === own.backend);
  if (took === undefined || !isEnd(took.phase) || took.phase !== 'completed') return null;
  const left = later.slice(later.indexOf(took) + 1).some((one) => sameServer(one, own));
  return left ? null : took.endedAt;
}
