import type { BackendName } from '../../domain/names.ts';
import type { ServerRow } from '../../domain/snapshot.ts';
import type { Place } from './place.ts';
import { serverRow } from './server-row.ts';
import type { ServerState } from './servers-state.ts';
import type { ServerStat } from './stat.ts';

/**
 * The rows of one backend from the two replies about it. Null: HAProxy does not have it in service (not there, or
 * `disabled` in the configuration: then it lists states but no counters, and refuses every change). `disagree`: the
 * replies name different servers, so something changed between them. Raises: not-haproxy.
 */
export function backendRows(
  place: Place,
  backend: BackendName,
  states: readonly ServerState[] | null,
  stats: readonly ServerStat[] | null,
): ServerRow[] | null | 'disagree' {
  // A name of digits is taken for an id by `show stat`, so lines of others are left out.
  const ours = states?.filter((state) => state.backend === backend) ?? [];
  const counters = new Map<string, ServerStat>();
  for (const stat of stats ?? []) if (stat.backend === backend) counters.set(stat.server, stat);
  if (states === null || (ours.length > 0 && counters.size === 0)) return null;
  if (stats === null || counters.size !== ours.length) return 'disagree';
  const rows: ServerRow[] = [];
  for (const state of ours) {
    const stat = counters.get(state.server);
    if (stat === undefined) return 'disagree';
    rows.push(serverRow(place, backend, state, stat));
  }
  return rows;
}
