import { asRejuvError } from '../domain/errors.ts';
import type { Settings } from '../domain/settings.ts';
import { sameProcess, type Snapshot } from '../domain/snapshot.ts';
import type { Journal } from './journal.ts';
import { observe } from './pair.ts';
import { settleRoles } from './settle.ts';
import type { World } from './world.ts';
import type { Worlds } from './worlds.ts';

/** One look at both load balancers: new processes, roles to settle. */
export async function pollOnce(world: World, journal: Journal, signal: AbortSignal): Promise<void> {
  const backends = world.settings.backends.map(({ name }) => name);
  const snapshot = await observe(world.loadBalancers, backends, () => world.clock.now(), signal);
  await noteProcesses(world, journal, snapshot);
  await settleRoles(world, journal, snapshot);
}

/** Looks again and again until the signal fires. A look that fails is logged, and the next one tries again. */
export async function pollUntil(worlds: Worlds, journal: Journal, signal: AbortSignal): Promise<void> {
  const stopped = (): boolean => signal.aborted;
  while (!stopped()) {
    const { clock, settings, onEvent, onTurn } = worlds.now();
    await clock.sleep(settings.pollMs, signal).catch(() => undefined);
    if (stopped()) return;
    try {
      await worlds.use(async (world) => await pollOnce(world, journal, signal));
    } catch (thrown) {
      if (stopped()) return;
      const { code, message, fix } = asRejuvError(thrown);
      const at = clock.now();
      onEvent({ type: 'alert', at, code, message, fix, server: null, operation: null });
    }
    onTurn?.(longestTurnMs(worlds.now().settings));
  }
}

/** For what a look asks beyond its logins: every command to HAProxy has a deadline of a few seconds. */
const lookWithinMs = 60_000;

/** A turn of the poll loop that takes longer than this hangs: every wait in it has a deadline, and this is their sum. */
export function longestTurnMs({ pollMs, loadBalancers }: Settings): number {
  const sockets = loadBalancers.flatMap(({ socket, master }) =>
    master === null ? [socket] : [socket, master],
  );
  const logins = sockets.map((socket) => (socket.kind === 'ssh' ? socket.login.connectTimeoutMs : 0));
  return pollMs + lookWithinMs + 2 * Math.max(...logins);
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
