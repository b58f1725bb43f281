import type { ServerId } from '../domain/names.ts';
import type { Records } from '../domain/records.ts';

/** When the last whole rejuvenation of a server ended; null: none is on record. */
export function lastRejuvenatedAt(records: Records, id: ServerId): number | null {
  let last: number | null = null;
  for (const { kind, phase, backend, server, endedAt } of records.operations) {
    if (kind !== 'rejuvenation' || phase !== 'completed' || endedAt === null) continue;
    if (backend === id.backend && server === id.server) last = Math.max(last ?? endedAt, endedAt);
  }
  return last;
}
