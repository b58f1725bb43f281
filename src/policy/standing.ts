import type { Severity } from '../domain/aging.ts';
import { serverFaults } from '../domain/fault-records.ts';
import type { Verdict } from '../domain/fault.ts';
import { formatServerId, type ServerId } from '../domain/names.ts';
import type { Operation } from '../domain/operation.ts';
import { serverRecord, type Records, type ServerRecord } from '../domain/records.ts';
import type { Condition, Listed, Role } from '../domain/server.ts';
import type { BackendSettings, ServerSettings } from '../domain/settings.ts';
import { rowsOf, type Snapshot } from '../domain/snapshot.ts';
import { isServing } from './serving.ts';

/**
 * Its role: from the records, or from the config file before the first start has recorded one. Where all serve,
 * nobody is a spare, whatever was recorded while the backend had some.
 */
export function roleOf(records: Records, backend: BackendSettings, server: ServerSettings): Role {
  if (backend.mode === 'active-active') return 'primary';
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

/** What the condition of a server is computed from. */
export interface ConditionFacts {
  readonly snapshot: Snapshot;
  readonly records: Records;
  readonly allowUnchecked: boolean;
  readonly open: readonly Operation[];
  /** What the watch makes of its evidence; null: nobody watches. */
  readonly verdict: Verdict | null;
}

/** How it fares, from what is known now. */
export function conditionOf(
  id: ServerId,
  { snapshot, records, allowUnchecked, open, verdict }: ConditionFacts,
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
  if (serverFaults(records.faults, id).quarantine !== null) return 'quarantined';
  if (record.hold?.failed === true) return 'failed';
  // A server that serves with a dead SSH is healthy, and one that cannot be judged is what the load balancers say.
  if (verdict === 'failed') return 'failed';
  if (verdict === 'hung' || verdict === 'suspect' || verdict === 'split') return 'unstable';
  const rows = rowsOf(snapshot, id);
  if (rows.length === 0 || snapshot.gaps.length > 0) return 'unknown';
  if (rows.every(({ row }) => isServing(row, allowUnchecked))) return severityOf(record) ?? 'healthy';
  if (rows.every(({ row }) => row.admin !== 'maint' && row.operational === 'down')) return 'failed';
  const resting = rows.every(({ row }) => row.admin === 'maint');
  return resting && record.verifiedAt !== null ? 'healthy' : 'unknown';
}

/** What measured aging says; null: none of its rules holds. */
function severityOf({ aged }: ServerRecord): Severity | null {
  if (aged.some(({ severity }) => severity === 'unstable')) return 'unstable';
  return aged.length > 0 ? 'aging' : null;
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
