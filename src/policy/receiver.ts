import { openFault, serverFaults } from '../domain/fault-records.ts';
import { isFault } from '../domain/fault.ts';
import { sameServer, type ServerId } from '../domain/names.ts';
import { holderOf, serverRecord, type Records } from '../domain/records.ts';
import type { BackendSettings, ServerSettings } from '../domain/settings.ts';
import { rowsOf, type ServerRow, type Snapshot } from '../domain/snapshot.ts';
import { describeRow, isServing } from './serving.ts';

/** What the choice looks at. */
export interface ReceiverFacts {
  readonly backend: BackendSettings;
  readonly snapshot: Snapshot;
  readonly records: Records;
  /** Found to age: they are about to leave themselves. */
  readonly aging: readonly ServerId[];
}

export type ReceiverChoice =
  | { readonly receiver: ServerSettings; readonly problem: null }
  | { readonly receiver: null; readonly problem: string };

/** True where something of the aged server is handed over to another one. */
export function handsOver({ duplex }: BackendSettings): boolean {
  return duplex.some((step) => step.kind === 'copy' || step.on === 'spare');
}

/**
 * Where all serve: the server with most room takes the state of the leaving one. Room is what is in progress on both
 * load balancers, for its limit where all candidates have one (`maxconn`), else for its weight. Ties go by the order of
 * the file. Out of the question: who does not serve on both, is held, has failed, ages, or is in an operation. Pure.
 */
export function chooseReceiver(leaving: ServerId, facts: ReceiverFacts): ReceiverChoice {
  const { backend, snapshot } = facts;
  const others = backend.servers
    .map((server) => ({ server, id: { backend: backend.name, server: server.name } }))
    .filter(({ id }) => !sameServer(id, leaving));
  const judged = others.map((one) => ({ ...one, problem: receiverProblem(one.id, facts) }));
  const free = judged.filter(({ problem }) => problem === null);
  const rows = free.flatMap(({ id }) => rowsOf(snapshot, id).map(({ row }) => row));
  const limited = rows.every(({ maxSessions }) => maxSessions !== null && maxSessions > 0);
  const [best] = free
    .map(({ server, id }) => ({ server, load: loadOf(snapshot, id, limited) }))
    .toSorted((a, b) => a.load - b.load);
  if (best !== undefined) return { receiver: best.server, problem: null };
  const problem = judged.map(({ server, problem: why }) => `${server.name} ${why ?? ''}`).join('; ');
  return { receiver: null, problem: problem === '' ? 'there is no other server' : problem };
}

/** Why a server may not take state over now; null: it may. */
function receiverProblem(id: ServerId, { backend, snapshot, records, aging }: ReceiverFacts): string | null {
  if (isFault(openFault(serverFaults(records.faults, id))?.verdict ?? 'well')) return 'has failed';
  const { hold } = serverRecord(records, id);
  if (hold !== null) return `is held (${hold.reason})`;
  const holder = holderOf(records, id);
  if (holder !== null) return `is taken by operation ${holder.id}`;
  const rows = rowsOf(snapshot, id);
  if (rows.length < snapshot.views.length) return 'does not exist on every load balancer';
  const idle = rows.find(({ row }) => !isServing(row, backend.allowUnchecked));
  if (idle !== undefined) return `does not serve on ${idle.view.name}: ${describeRow(idle.row)}`;
  return aging.some((one) => sameServer(one, id)) ? 'ages itself' : null;
}

/** In progress for each unit of what it may carry, summed over both: the less, the more room. */
function loadOf(snapshot: Snapshot, id: ServerId, limited: boolean): number {
  const carries = ({ maxSessions, weight }: ServerRow): number => (limited ? maxSessions : weight) ?? weight;
  const rows = rowsOf(snapshot, id).map(({ row }) => row);
  const busy = rows.reduce((sum, { sessions, queue }) => sum + sessions + queue, 0);
  return busy / rows.reduce((sum, row) => sum + carries(row), 0);
}
