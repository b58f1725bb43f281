import { asRejuvError, type RejuvError } from '../domain/errors.ts';
import { formatServerId, parseServerId, type BackendName } from '../domain/names.ts';
import type { AdminState } from '../domain/server.ts';
import type { Settings } from '../domain/settings.ts';
import { sameProcess, type LoadBalancerView, type ServerRow, type Snapshot } from '../domain/snapshot.ts';
import { keepAgents } from './agent-keeper.ts';
import type { KeeperScope } from './keeper-scope.ts';
import { align, keptBackends } from './keeper.ts';
import type { Journal } from './journal.ts';
import { observe } from './pair.ts';
import { settleRoles } from './settle.ts';
import type { InTurn } from './turns.ts';
import { keepWeights } from './weights.ts';
import type { World } from './world.ts';
import type { Worlds } from './worlds.ts';

/** One look at both load balancers: new processes, what they forgot, roles to settle. */
async function pollOnce(
  scope: KeeperScope,
  told: Told,
  hear: (snapshot: Snapshot) => void,
  signal: AbortSignal,
): Promise<void> {
  const { world, journal } = scope;
  const backends = keptBackends(world, journal.records());
  const snapshot = await observe(world.loadBalancers, backends, () => world.clock.now(), signal);
  hear(snapshot);
  await noteProcesses(world, journal, snapshot);
  await settleRoles(world, journal, snapshot);
  const ofBackend = byBackend(snapshot);
  const refused = await Promise.all(
    backends.map(async (backend) => {
      const own = ofBackend(backend);
      const { refused } = await align(scope, backend, own, signal);
      const weights = await keepWeights(scope, backend, own, signal);
      return [...refused, ...weights, ...(await keepAgents(scope, backend, own, signal))];
    }),
  );
  await told.refusals(scope, new Map(refused.flat()));
}

/** The snapshot of one backend alone: sorted once, so that not each backend walks over the rows of all. */
function byBackend(snapshot: Snapshot): (backend: BackendName) => Snapshot {
  const rows = snapshot.views.map(({ servers }) => {
    const groups = new Map<BackendName, ServerRow[]>();
    for (const row of servers) {
      const group = groups.get(row.id.backend);
      if (group === undefined) groups.set(row.id.backend, [row]);
      else group.push(row);
    }
    return groups;
  });
  return (backend) => ({
    ...snapshot,
    views: snapshot.views.map((view, at) => ({ ...view, servers: rows[at]?.get(backend) ?? [] })),
  });
}

/** What a person was told already: each trouble once, as long as it lasts. */
interface Told {
  refusals(scope: KeeperScope, refused: ReadonlyMap<string, RejuvError>): Promise<void>;
}

function createTold(): Told {
  let before = new Set<string>();
  return {
    async refusals({ world, journal }, refused) {
      const now = new Set(refused.keys());
      const fresh = [...refused].filter(([server]) => !before.has(server));
      before = now;
      for (const [server, { code, message, fix }] of fresh) {
        const what = `what rejuv had set for ${server} cannot be set again on a load balancer: ${message}`;
        const at = world.clock.now();
        await journal.record({
          type: 'alert',
          at,
          code,
          message: what,
          fix,
          server: parseServerId(server),
          operation: null,
        });
      }
    },
  };
}

/** The poll loop of a sidecar. */
export interface Poll {
  /** One look now. What fails in it is logged, and the next one tries again. */
  once(signal: AbortSignal): Promise<void>;
  /** Looks again and again until the signal fires. */
  until(signal: AbortSignal): Promise<void>;
}

/** `hear` is told of every look, and must not wait. */
export function createPoll(
  worlds: Worlds,
  journal: Journal,
  inTurn: InTurn,
  hear: (snapshot: Snapshot) => void,
): Poll {
  const told = createTold();

  async function once(signal: AbortSignal): Promise<void> {
    try {
      await worlds.use(async (world) => await pollOnce({ world, journal, inTurn }, told, hear, signal));
    } catch (thrown) {
      if (signal.aborted) return;
      const { clock, onEvent } = worlds.now();
      const { code, message, fix } = asRejuvError(thrown);
      onEvent({ type: 'alert', at: clock.now(), code, message, fix, server: null, operation: null });
    }
  }

  return {
    once,
    async until(signal) {
      const stopped = (): boolean => signal.aborted;
      while (!stopped()) {
        const { clock, settings, onTurn } = worlds.now();
        await clock.sleep(settings.pollMs, signal).catch(() => undefined);
        if (stopped()) return;
        await once(signal);
        onTurn?.(longestTurnMs(worlds.now().settings));
      }
    },
  };
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
  for (const view of snapshot.views) {
    const known = journal.records().processes[view.name];
    if (known !== undefined && sameProcess(known.process, view.process)) continue;
    const { name: loadBalancer, process } = view;
    const states = statesOf(view);
    await journal.record({ type: 'process-seen', at: world.clock.now(), loadBalancer, process, states });
  }
}

function statesOf({ servers }: LoadBalancerView): Record<string, AdminState> {
  return Object.fromEntries(servers.map(({ id, admin }) => [formatServerId(id), admin]));
}
