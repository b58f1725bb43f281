import type { RejuvError } from '../domain/errors.ts';
import { formatServerId, type ServerId } from '../domain/names.ts';
import { queueOf, rowsOf } from '../domain/snapshot.ts';
import type { AdmissionFacts } from './admission-facts.ts';
import { capacityProblem } from './capacity.ts';
import { isServing } from './serving.ts';
import { typicalMs } from './typical.ts';

/** The capacity gate, asked about the load balancers as they are now; null: it lets, or the backend has none. Pure. */
export function trafficProblem(
  target: ServerId,
  spare: ServerId | null,
  {
    backend,
    snapshot,
    records,
    measured,
  }: Pick<AdmissionFacts, 'backend' | 'snapshot' | 'records' | 'measured'>,
): RejuvError | null {
  if (backend.capacity === null) return null;
  const ids = backend.servers.map(({ name }): ServerId => ({ backend: backend.name, server: name }));
  const rows = new Map(ids.map((id) => [formatServerId(id), rowsOf(snapshot, id).map(({ row }) => row)]));
  const seen = (id: ServerId) => rows.get(formatServerId(id)) ?? [];
  const serving = ids.filter((id) => seen(id).some((row) => isServing(row, backend.allowUnchecked)));
  const limits = ids.flatMap((id): [string, number][] => {
    const each = seen(id).map(({ maxSessions }) => maxSessions);
    const known = each.filter((limit) => limit !== null);
    return known.length === 0 || known.length < each.length
      ? []
      : [[formatServerId(id), known.reduce((a, b) => a + b)]];
  });
  const atServers = ids.flatMap(seen).reduce((total, row) => total + row.queue, 0);
  const atBackend = queueOf(snapshot, backend.name);
  return capacityProblem({
    ...{ backend: backend.name, settings: backend.capacity, target, spare, serving, measured },
    all: ids,
    waiting: atBackend === null ? null : { atServers, atBackend },
    limits: new Map(limits),
    lastsMs: typicalMs(records, backend.name),
    now: snapshot.at,
  });
}
