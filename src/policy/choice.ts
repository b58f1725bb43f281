import { openFault, serverFaults } from '../domain/fault-records.ts';
import { isFault } from '../domain/fault.ts';
import type { ServerId } from '../domain/names.ts';
import { holderOf, serverRecord, type Records } from '../domain/records.ts';
import type { BackendSettings, ServerSettings } from '../domain/settings.ts';
import { rowsOf, type Snapshot } from '../domain/snapshot.ts';
import { handsAway } from './keeping.ts';
import { ownerOf } from './ownership.ts';
import { roleOf } from './standing.ts';

export type SpareChoice =
  | { readonly spare: ServerSettings; readonly problem: null }
  | { readonly spare: null; readonly problem: string };

/** The spare that takes over: free, in maint on both by rejuv or by HAProxy's configuration; latest verified first. */
export function chooseSpare(snapshot: Snapshot, records: Records, backend: BackendSettings): SpareChoice {
  const spares = backend.servers.filter((server) => roleOf(records, backend, server) === 'spare');
  if (spares.length === 0) return { spare: null, problem: 'no server has the role spare' };
  const problems: string[] = [];
  const free: ServerSettings[] = [];
  for (const server of spares) {
    const id = { backend: backend.name, server: server.name };
    const problem = spareProblem(snapshot, records, id);
    if (problem === null) free.push(server);
    else problems.push(`${server.name} ${problem}`);
  }
  const verified = (server: ServerSettings): number =>
    serverRecord(records, { backend: backend.name, server: server.name }).verifiedAt ?? 0;
  const [best] = free.toSorted((a, b) => verified(b) - verified(a));
  return best === undefined ? { spare: null, problem: problems.join('; ') } : { spare: best, problem: null };
}

/** Why a server could not take over now; null: it could. */
export function spareProblem(snapshot: Snapshot, records: Records, id: ServerId): string | null {
  const record = serverRecord(records, id);
  if (isFault(openFault(serverFaults(records.faults, id))?.verdict ?? 'well'))
    return 'failed, and is not repaired yet';
  if (record.hold !== null) return `is held (${record.hold.reason})`;
  const holder = holderOf(records, id);
  if (holder !== null) return `is taken by operation ${holder.id}`;
  const rows = rowsOf(snapshot, id);
  if (rows.length < snapshot.views.length) return 'does not exist on every load balancer';
  for (const { view, row } of rows) {
    if (row.admin === 'ready') return `is already serving on ${view.name}`;
    if (row.admin !== 'maint') return `is in ${row.admin} on ${view.name}`;
    const owner = ownerOf(row, view.process, record.intents[view.name]);
    if (owner === 'person') return `was put in maint by hand on ${view.name}`;
  }
  const [hand] = handsAway(snapshot, records, id);
  return hand === undefined
    ? null
    : `was set ${hand.admin} by hand on ${hand.loadBalancer}, which does not answer`;
}
