import { RejuvError } from '../domain/errors.ts';
import type { ServerId } from '../domain/names.ts';
import { rowOf, type LoadBalancerView, type ServerRow, type Snapshot } from '../domain/snapshot.ts';
import type { ServingFloor } from '../domain/step.ts';

/**
 * Serving on one load balancer: ready, up, weight above 0, not an HAProxy `backup`, and checked (a server without
 * a check counts only where the config says so).
 */
export function isServing(row: ServerRow, allowUnchecked: boolean): boolean {
  return (
    row.admin === 'ready' &&
    row.operational === 'up' &&
    row.weight > 0 &&
    !row.haproxyBackup &&
    (row.check.enabled || allowUnchecked)
  );
}

/** How many servers of the floor serve on one load balancer. Servers that the config does not name never count. */
export function servingOn(view: LoadBalancerView, backend: string, floor: ServingFloor): number {
  return view.servers.filter(
    (row) =>
      row.id.backend === backend &&
      floor.servers.includes(row.id.server) &&
      isServing(row, floor.allowUnchecked),
  ).length;
}

/** The smaller of the load balancers' counts; null when one of them is unknown. */
export function servingCount(snapshot: Snapshot, backend: string, floor: ServingFloor): number | null {
  if (snapshot.gaps.length > 0 || snapshot.views.length === 0) return null;
  return Math.min(...snapshot.views.map((view) => servingOn(view, backend, floor)));
}

/**
 * Why a server may not leave, or null. Fails closed: an unknown load balancer blocks. `joining` servers come into
 * service before this one leaves. A server that does not serve takes nothing away by leaving.
 */
export function floorProblem(
  snapshot: Snapshot,
  leaving: ServerId,
  floor: ServingFloor,
  joining = 0,
): RejuvError | null {
  const gap = snapshot.gaps[0];
  if (gap !== undefined) return gap.error;
  for (const view of snapshot.views) {
    const row = rowOf(view, leaving);
    if (row === undefined || !isServing(row, floor.allowUnchecked)) continue;
    const counted = floor.servers.includes(leaving.server) ? 1 : 0;
    const left = servingOn(view, leaving.backend, floor) - counted + joining;
    if (left < floor.minimum) {
      return new RejuvError('min-serving', {
        backend: leaving.backend,
        left,
        loadBalancer: view.name,
        minimum: floor.minimum,
      });
    }
  }
  return null;
}

/** `maint`, `ready, down (DOWN 1/3)`: what a load balancer thinks of a server, for people. */
export function describeRow(row: ServerRow): string {
  const weight = row.weight === 0 ? ', weight 0' : '';
  const check = row.check.enabled || row.admin === 'maint' ? '' : ', no check';
  return `${row.admin}, ${row.operational} (${row.status})${weight}${check}`;
}
