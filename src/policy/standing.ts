import { formatServerId, type ServerId } from '../domain/names.ts';
import type { Operation } from '../domain/operation.ts';
import { serverRecord, type Records } from '../domain/records.ts';
import type { Condition, Listed, Role } from '../domain/server.ts';
import type { BackendSettings, ServerSettings } from '../domain/settings.ts';
import { rowsOf, type Snapshot } from '../domain/snapshot.ts';
import { isServing } from './serving.ts';

/** Its role: from the records, or from the config file before the first start has recorded one. */
export function roleOf(records: Records, backend: BackendSettings, server: ServerSettings): Role {
  return serverRecord(records, { backend: backend.name, server: server.name }).role ?? server.role;
}

/** Its place on the available-server list, as far as the load balancers answer. */
export function listedAs(snapshot: Snapshot, records: Records, id: ServerId, role: Role): Listed {
  const rows = rowsOf(snapshot, id);
  if (rows.length === 0 || rows.length < snapshot.views.length) return 'off';
  if (rows.every(({ row }) => row.admin === 'ready')) return 'serving';
  const resting = rows.every(({ row }) => row.admin === 'maint');
  return resting && role === 'spare' && serverRecord(records, id).hold === null ? 'spare' : 'off';
}

/** How it fares, from what is known now. Aging and unstable need measurements, which are not taken yet. */
export function conditionOf(
  snapshot: Snapshot,
  records: Records,
  id: ServerId,
  allowUnchecked: boolean,
  open: readonly Operation[],
): Condition {
  const record = serverRecord(records, id);
  const beingRejuvenated = open.some(
    (operation) =>
      operation.backend === id.backend &&
      operation.server === id.server &&
      (operation.phase === 'rejuvenating' ||
        operation.phase === 'verifying' ||
        operation.phase === 'registering'),
  );
  if (beingRejuvenated) return 'rejuvenating';
  if (record.hold?.failed === true) return 'failed';
  const rows = rowsOf(snapshot, id);
  if (rows.length === 0 || snapshot.gaps.length > 0) return 'unknown';
  if (rows.every(({ row }) => isServing(row, allowUnchecked))) return 'healthy';
  if (rows.every(({ row }) => row.admin !== 'maint' && row.operational === 'down')) return 'failed';
  const resting = rows.every(({ row }) => row.admin === 'maint');
  return resting && record.verifiedAt !== null ? 'healthy' : 'unknown';
}

/**
 * Why a server does not fit the role that the config file gives it, or null. Asked before a role is recorded for
 * the first time: a spare found serving, or a primary in maint, is for a person to decide.
 */
export function roleMisfit(snapshot: Snapshot, id: ServerId, role: Role): string | null {
  for (const { view, row } of rowsOf(snapshot, id)) {
    if (role === 'spare' && row.admin !== 'maint') {
      return `${formatServerId(id)} is a spare, but ${row.admin} on ${view.name}`;
    }
    if (role === 'primary' && row.admin === 'maint') {
      return `${formatServerId(id)} is a primary, but in maint on ${view.name}`;
    }
  }
  return null;
}
