import type { BackendName } from '../../domain/names.ts';
import type { ServerRow } from '../../domain/snapshot.ts';
import type { Place } from './place.ts';
import { serverRow } from './server-row.ts';
import type { ServerState } from './servers-state.ts';
import type { ServerStat, Stat } from './stat.ts';

/** What both replies say about one backend. */
export interface BackendRows {
  readonly rows: readonly ServerRow[];
  /** Requests that wait in its own queue. */
  readonly queue: number;
}

/**
 * The rows of one backend from the two replies about it. Null: HAProxy does not have it in service (not there, or
 * `disabled` in the configuration: then it lists states but no counters, and refuses every change). `disagree`: the
 * replies name different servers, so something changed between them. Raises: not-haproxy.
 */
export function backendRows(
  place: Place,
  backend: BackendName,
  states: readonly ServerState[] | null,
  stat: Stat | null,
): BackendRows | null | 'disagree' {
  // A name of digits is taken for an id by `show stat`, so lines of others are left out.
  const ours = states?.filter((state) => state.backend === backend) ?? [];
  const counters = new Map<string, ServerStat>();
  for (const one of stat?.servers ?? []) if (one.backend === backend) counters.set(one.server, one);
  const queue = stat?.queues.get(backend);
  if (states === null || (queue === undefined && counters.size === 0)) return null;
  if (queue === undefined || counters.size !== ours.length) return 'disagree';
  const rows: ServerRow[] = [];
  for (const state of ours) {
    const counted = counters.get(state.server);
    if (counted === undefined) return 'disagree';
    rows.push(serverRow(place, backend, state, counted));
  }
  return { rows, queue };
}
