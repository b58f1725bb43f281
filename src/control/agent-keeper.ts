import type { RejuvError } from '../domain/errors.ts';
import { sameServer, type BackendName, type ServerId } from '../domain/names.ts';
import { holderOf, serverRecord, type Records } from '../domain/records.ts';
import { rowOf, type LoadBalancerView, type Snapshot } from '../domain/snapshot.ts';
import { keepRows } from './keep-rows.ts';
import type { KeeperScope } from './keeper-scope.ts';

/**
 * Keeps agent checks as rejuv left them: off while an operation or a hold has the server, which a reload of HAProxy
 * undoes, and back on afterwards, also where a load balancer was away when it was due. Gives what could not be set.
 */
export async function keepAgents(
  scope: KeeperScope,
  backend: BackendName,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, RejuvError>> {
  return await keepRows(scope, backend, snapshot, signal, {
    isOwed: (view, id) => wantedOn(scope.journal.records(), view, id) !== null,
    settle: async (view, id) => await setOne(scope, view, id, signal),
  });
}

/** What the agent check has to be, and is not, or is not on record as restored; null: nothing to do. */
function wantedOn(records: Records, view: LoadBalancerView, id: ServerId): boolean | null {
  const { agentsOff, hold } = serverRecord(records, id);
  const before = agentsOff[view.name];
  // Asked first: of most servers nothing was switched off, and finding a row takes a walk over all of them.
  if (before === undefined) return null;
  const agent = rowOf(view, id)?.agent;
  if (agent?.configured !== true) return null;
  const holder = holderOf(records, id);
  // The step that switches it is at it.
  const switching = holder?.steps.some(
    ({ step, state }) => step.kind === 'agent' && state === 'begun' && sameServer(step.server, id),
  );
  if (switching === true) return null;
  if (holder !== null || hold !== null) return agent.enabled ? false : null;
  return before;
}

async function setOne(
  { world, journal }: KeeperScope,
  { name }: LoadBalancerView,
  id: ServerId,
  signal: AbortSignal,
): Promise<void> {
  const there = world.loadBalancers.find((one) => one.name === name);
  if (there === undefined) return;
  const now = await there.read([id.backend], signal);
  const wanted = wantedOn(journal.records(), now, id);
  if (wanted === null) return;
  if (rowOf(now, id)?.agent.enabled !== wanted) await there.setAgent(id, wanted, signal);
  if (holderOf(journal.records(), id) !== null || serverRecord(journal.records(), id).hold !== null) return;
  await journal.record({ type: 'agent-restored', at: world.clock.now(), loadBalancer: name, server: id });
}
