import { RejuvError } from '../domain/errors.ts';
import { formatServerId, sameServer, type ServerId } from '../domain/names.ts';
import { sharedRows, type Snapshot } from '../domain/snapshot.ts';

/** Other servers at the same address that are in service and not drained by the same operation. */
export function sharedHostProblem(
  snapshot: Snapshot,
  target: ServerId,
  sameHost: readonly ServerId[],
): RejuvError | null {
  const others = sharedRows(snapshot, target).filter((row) => !sameHost.some((id) => sameServer(id, row.id)));
  const [first] = others;
  if (first === undefined) return null;
  return new RejuvError('shared-host', {
    ...target,
    address: first.address,
    others: others.map((row) => formatServerId(row.id)).join(', '),
  });
}
