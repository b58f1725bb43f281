import type { RejuvError } from '../domain/errors.ts';
import type { Records } from '../domain/records.ts';
import type { BackendSettings } from '../domain/settings.ts';
import { calendarProblems, type Start } from '../policy/calendar/gates.ts';
import { calendarScopesAt } from '../policy/calendar/scopes.ts';
import { freezesAt } from './freezes.ts';
import type { World } from './world.ts';

/** The first reason of a pause or a calendar against a start now. Asked first, because it needs nobody. */
export async function heldUp(
  world: World,
  records: Records,
  backend: BackendSettings,
  start: Start,
): Promise<RejuvError | null> {
  const now = world.clock.now();
  const freezes = await freezesAt(world, backend, now);
  const scopes = calendarScopesAt(now, world.settings, backend, records, freezes);
  return freezes.problems[0] ?? calendarProblems(start, records.pause, scopes)[0] ?? null;
}
