import type { ServerId } from '../../domain/names.ts';
import { serverRecord, type Records } from '../../domain/records.ts';
import { findServer, type BackendSettings } from '../../domain/settings.ts';
import { rowsOf, type Snapshot } from '../../domain/snapshot.ts';
import { roleOf } from '../../policy/standing.ts';

/** A primary that is ready on every load balancer that answers, and not held: what a rejuvenation may take. Pure. */
export function isServingPrimary(
  records: Records,
  backend: BackendSettings,
  snapshot: Snapshot,
  id: ServerId,
): boolean {
  const server = findServer(backend, id.server);
  const rows = rowsOf(snapshot, id);
  return (
    server !== undefined &&
    roleOf(records, backend, server) === 'primary' &&
    serverRecord(records, id).hold === null &&
    rows.length > 0 &&
    rows.every(({ row }) => row.admin === 'ready')
  );
}
