import { asRejuvError } from '../domain/errors.ts';
import { sameProcess, type Snapshot } from '../domain/snapshot.ts';
import type { Journal } from './journal.ts';
import { observe } from './pair.ts';
import { settleRoles } from './settle.ts';
import type { World } from './world.ts';

/** One look at both load balancers: new processes, roles to settle. */
export async function pollOnce(world: World, journal: Journal, signal: AbortSignal): Promise<void> {
  const backends = world.settings.backends.map(({ name }) => name);
  const snapshot = await observe(world.loadBalancers, backends, () => world.clock.now(), signal);
  await noteProcesses(world, journal, snapshot);
  await settleRoles(world, journal, snapshot);
}

/** Looks again and again until the signal fires. A look that fails is logged, and the next one tries again. */
export async function pollUntil(world: World, journal: Journal, signal: AbortSignal): Promise<void> {
  const stopped = (): boolean => signal.aborted;
  while (!stopped()) {
    await world.clock.sleep(world.settings.pollMs, signal).catch(() => undefined);
    if (stopped()) return;
    try {
      await pollOnce(world, journal, signal);
    } catch (thrown) {
      if (stopped()) return;
      const { code, message, fix } = asRejuvError(thrown);
      const at = world.clock.now();
      world.onEvent({ type: 'alert', at, code, message, fix, server: null, operation: null });
    }
  }
}

/** Records each new HAProxy process: with it, everything set at run time may be gone. */
async function noteProcesses(world: World, journal: Journal, snapshot: Snapshot): Promise<void> {
  for (const { name, process } of snapshot.views) {
    const known = journal.records().processes[name];
    if (known !== undefined && sameProcess(known.process, process)) continue;
    const at = world.clock.now();
    await journal.record({ type: 'process-seen', at, loadBalancer: name, process });
  }
}
