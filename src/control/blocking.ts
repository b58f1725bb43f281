import type { AlertBlocker, DeployMarker } from '../domain/blockers.ts';
import { asRejuvError, RejuvError } from '../domain/errors.ts';
import type { BackendSettings } from '../domain/settings.ts';
import type { AskedAlerts, BlockerFacts, SeenMarker } from '../policy/blockers.ts';
import type { World } from './world.ts';

/** A marker is a look at a directory: longer takes only a file system that is away. */
const markerDeadlineMs = 5_000;

/**
 * Asks everything outside that may hold up a rejuvenation in this backend, side by side; no answer is an answer too. Nothing
 * is waited for beyond its deadline, whatever it makes of a signal.
 */
export async function askBlockers(
  world: World,
  { blockers }: BackendSettings,
  signal: AbortSignal,
): Promise<BlockerFacts> {
  const [alerts, deploys] = await Promise.all([
    Promise.all(blockers.alerts.map(async (blocker) => await askAlerts(world, blocker, signal))),
    Promise.all(blockers.deploys.map(async (marker) => await seeMarker(world, marker, signal))),
  ]);
  return { at: world.clock.now(), alerts, deploys };
}

async function askAlerts(world: World, blocker: AlertBlocker, signal: AbortSignal): Promise<AskedAlerts> {
  const { url, deadlineMs } = blocker;
  const late = new RejuvError('alerts-unknown', { url, problem: `no answer within ${deadlineMs} ms` });
  const ask = async (stop: AbortSignal) => await world.alerts.firing(blocker, stop);
  return { blocker, firing: await answerOf(world, ask, deadlineMs, late, signal) };
}

async function seeMarker(world: World, marker: DeployMarker, signal: AbortSignal): Promise<SeenMarker> {
  const { path } = marker;
  const problem = `no answer within ${markerDeadlineMs} ms`;
  const late = new RejuvError('marker-unreadable', { path, problem });
  const look = async () => await world.markers.writtenAt(path);
  return { marker, writtenAt: await answerOf(world, look, markerDeadlineMs, late, signal) };
}

async function answerOf<T>(
  { clock }: World,
  ask: (stop: AbortSignal) => Promise<T>,
  deadlineMs: number,
  late: RejuvError,
  signal: AbortSignal,
): Promise<T | RejuvError> {
  signal.throwIfAborted();
  const patience = clock.timeout(deadlineMs, late);
  const stop = AbortSignal.any([signal, patience.signal]);
  const stopped = new Promise<never>((_, reject) => {
    stop.addEventListener('abort', () => reject(asRejuvError(stop.reason)), { once: true });
  });
  try {
    return await Promise.race([ask(stop), stopped]);
  } catch (thrown) {
    signal.throwIfAborted();
    return asRejuvError(thrown);
  } finally {
    patience.clear();
  }
}
