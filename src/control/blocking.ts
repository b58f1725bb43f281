import type { AlertBlocker, DeployMarker } from '../domain/blockers.ts';
import { asRejuvError, RejuvError } from '../domain/errors.ts';
import type { BackendSettings } from '../domain/settings.ts';
import type { AskedAlerts, BlockerFacts, SeenMarker } from '../policy/blockers.ts';
import type { World } from './world.ts';

/** Asks everything outside that may hold up a rejuvenation in this backend, side by side; no answer is an answer too. */
export async function askBlockers(
  world: World,
  { blockers }: BackendSettings,
  signal: AbortSignal,
): Promise<BlockerFacts> {
  const [alerts, deploys] = await Promise.all([
    Promise.all(blockers.alerts.map(async (blocker) => await askAlerts(world, blocker, signal))),
    Promise.all(blockers.deploys.map(async (marker) => await seeMarker(world, marker))),
  ]);
  return { alerts, deploys };
}

async function askAlerts(world: World, blocker: AlertBlocker, signal: AbortSignal): Promise<AskedAlerts> {
  const problem = `no answer within ${blocker.deadlineMs} ms`;
  const late = new RejuvError('alerts-unknown', { url: blocker.url, problem });
  const patience = world.clock.timeout(blocker.deadlineMs, late);
  try {
    const firing = await world.alerts.firing(blocker, AbortSignal.any([signal, patience.signal]));
    return { blocker, firing };
  } catch (thrown) {
    signal.throwIfAborted();
    return { blocker, firing: asRejuvError(thrown) };
  } finally {
    patience.clear();
  }
}

async function seeMarker({ markers }: World, marker: DeployMarker): Promise<SeenMarker> {
  try {
    return { marker, writtenAt: await markers.writtenAt(marker.path) };
  } catch (thrown) {
    return { marker, writtenAt: asRejuvError(thrown) };
  }
}
