import type { ServerId } from '../domain/names.ts';
import { findOperation, serverRecord, type Records } from '../domain/records.ts';
import type { Held } from '../domain/status.ts';

/** The hold on a server with who made it, from the operation that did; null: it is not held. */
export function heldNow(records: Records, id: ServerId): Held | null {
  const { hold } = serverRecord(records, id);
  if (hold === null) return null;
  const maker = hold.operation === null ? undefined : findOperation(records, hold.operation);
  return {
    since: new Date(hold.since).toISOString(),
    reason: hold.reason,
    by: maker?.by ?? null,
    kind: maker?.kind ?? null,
    operation: hold.operation,
    failed: hold.failed,
  };
}
