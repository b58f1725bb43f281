import { asRejuvError, type RejuvError } from '../domain/errors.ts';
import { formatServerId, type BackendName, type ServerId } from '../domain/names.ts';
import type { LoadBalancerView, Snapshot } from '../domain/snapshot.ts';
import type { KeeperScope } from './keeper-scope.ts';

/** One thing that is kept as rejuv left it, on each load balancer. */
interface Kept {
  /** Asked anew for each row: setting one takes its time, and the records change meanwhile. */
  readonly isOwed: (view: LoadBalancerView, id: ServerId) => boolean;
  readonly settle: (view: LoadBalancerView, id: ServerId) => Promise<void>;
}

/** Settles what is owed to the servers of a backend, each in the turn of the backend. What could not be set, by `backend/server`. */
export async function keepRows(
  scope: KeeperScope,
  backend: BackendName,
  { views }: Snapshot,
  signal: AbortSignal,
  { isOwed, settle }: Kept,
): Promise<ReadonlyMap<string, RejuvError>> {
  const refused = new Map<string, RejuvError>();
  for (const view of views) {
    for (const { id } of view.servers.filter((row) => row.id.backend === backend)) {
      if (!isOwed(view, id)) continue;
      try {
        await scope.inTurn(backend, async () => await settle(view, id));
      } catch (thrown) {
        signal.throwIfAborted();
        refused.set(formatServerId(id), asRejuvError(thrown));
      }
    }
  }
  return refused;
}
