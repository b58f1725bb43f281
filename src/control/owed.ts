import { formatServerId, type ServerId } from '../domain/names.ts';
import { serverRecord, type Records } from '../domain/records.ts';
import type { AdminState } from '../domain/server.ts';
import { findBackend, findServer, type Settings } from '../domain/settings.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { handLeft } from '../policy/keeping.ts';
import { roleOf } from '../policy/standing.ts';
import type { Ledger } from './pair.ts';

/**
 * A load balancer that is away, where that is excused, is owed the same state: it is recorded as announced and not
 * made, and the keeper makes it when the load balancer returns. What it had last is believed; one that was never seen
 * is owed nothing.
 */
export async function owe(
  { excused }: Snapshot,
  facts: { readonly records: Records; readonly settings: Settings },
  server: ServerId,
  /** What it should have, given what it had last. */
  target: (loadBalancer: string, from: AdminState) => AdminState,
  ledger: Ledger,
): Promise<void> {
  for (const { name } of excused) {
    const seen = facts.records.processes[name];
    if (seen === undefined) continue;
    const from = lastKnown(facts.records, facts.settings, server, name);
    const to = target(name, from);
    // Of the two that it may have, since an answer was lost, the one that it would have to leave.
    const other = from === to ? otherState(facts.records, server, name) : null;
    await ledger.intend(name, other ?? from, to, seen.process, true);
  }
}

/** What it may have as well as what it is believed to have; null: nothing. */
function otherState(records: Records, id: ServerId, loadBalancer: string): AdminState | null {
  const intent = serverRecord(records, id).intents[loadBalancer];
  const unsure = intent !== undefined && intent.unsure && !intent.yielded;
  return unsure && handLeft(records, id, loadBalancer) === null ? intent.to : null;
}

function lastKnown(records: Records, settings: Settings, id: ServerId, loadBalancer: string): AdminState {
  const hand = handLeft(records, id, loadBalancer);
  if (hand !== null) return hand;
  const intent = serverRecord(records, id).intents[loadBalancer];
  if (intent !== undefined && !intent.yielded) return intent.unsure ? intent.from : intent.to;
  const cameUpWith = records.processes[loadBalancer]?.states[formatServerId(id)];
  if (cameUpWith !== undefined) return cameUpWith;
  const backend = findBackend(settings, id.backend);
  const server = backend === undefined ? undefined : findServer(backend, id.server);
  if (backend === undefined || server === undefined) return 'ready';
  return roleOf(records, backend, server) === 'spare' ? 'maint' : 'ready';
}
