import { RejuvError } from '../../domain/errors.ts';
import { writeDuration } from '../../domain/duration.ts';
import type { ServerFaults } from '../../domain/fault-records.ts';
import type { ServerId } from '../../domain/names.ts';
import type { CheckpointSettings } from '../../domain/settings.ts';

/** How the last checkpoint of a primary stands. */
export interface CheckpointStanding {
  /** Null: there is none. */
  readonly ageMs: number | null;
  /** Null: it is young enough. */
  readonly problem: RejuvError | null;
  /** When the next one is due; now or earlier: at once. */
  readonly dueAt: number;
  /** Where the next one goes: never over the last whole one, unless only one is kept. */
  readonly nextSlot: number;
}

/**
 * `watchedSince`: since when this sidecar has kept watch: before the first is due, none is no problem yet. Pure.
 */
export function checkpointStanding(
  server: ServerId,
  { checkpoint, checkpointFailure }: Pick<ServerFaults, 'checkpoint' | 'checkpointFailure'>,
  settings: CheckpointSettings,
  watchedSince: number,
  now: number,
): CheckpointStanding {
  const problem = checkpointFailure?.message ?? 'none was tried';
  const next = { nextSlot: ((checkpoint?.slot ?? 0) % settings.keep) + 1, dueAt: dueAt() };
  if (checkpoint === null) {
    const young = now - watchedSince <= settings.maxAgeMs && checkpointFailure === null;
    const missing = new RejuvError('checkpoint-none', { ...server, problem });
    return { ...next, ageMs: null, problem: young ? null : missing };
  }
  // A clock that was set back makes none younger than new.
  const ageMs = Math.max(0, now - checkpoint.at);
  if (ageMs <= settings.maxAgeMs) return { ...next, ageMs, problem: null };
  const facts = { ...server, age: inMinutes(ageMs), limit: inMinutes(settings.maxAgeMs), problem };
  return { ...next, ageMs, problem: new RejuvError('checkpoint-old', facts) };

  function dueAt(): number {
    const tried = Math.max(checkpoint?.at ?? 0, checkpointFailure?.at ?? 0);
    return tried === 0 ? now : tried + settings.everyMs;
  }
}

function inMinutes(ms: number): string {
  return writeDuration(ms < 60_000 ? Math.floor(ms / 1_000) * 1_000 : Math.floor(ms / 60_000) * 60_000);
}
