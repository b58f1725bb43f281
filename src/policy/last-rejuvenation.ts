import type { BackendName, ServerId, ServerName } from '../domain/names.ts';
import type { Operation } from '../domain/operation.ts';
import type { Records } from '../domain/records.ts';

/** When the last whole rejuvenation of a server ended; null: none is on record. */
export function lastRejuvenatedAt(records: Records, id: ServerId): number | null {
  let last: number | null = null;
  for (const operation of records.operations) {
    if (operation.backend !== id.backend || operation.server !== id.server) continue;
    const at = rejuvenatedAt(operation);
    if (at !== null) last = Math.max(last ?? at, at);
  }
  return last;
}

/** The same for every server of a backend that has one, at one pass. */
export function lastRejuvenations(records: Records, backend: BackendName): Map<ServerName, number> {
  const last = new Map<ServerName, number>();
  for (const operation of records.operations) {
    const at = operation.backend === backend ? rejuvenatedAt(operation) : null;
    if (at !== null) last.set(operation.server, Math.max(last.get(operation.server) ?? at, at));
  }
  return last;
}

function rejuvenatedAt({ kind, phase, endedAt }: Operation): number | null {
  return kind === 'rejuvenation' && phase === 'completed' ? endedAt : null;
}
