import { asRejuvError } from '../../domain/errors.ts';
import type { LoadBalancerView } from '../../domain/snapshot.ts';
import type { Master } from './master.ts';

/**
 * A view with what old workers hold. The view comes first: a worker that became an old one before it is then in the list
 * of the master, and one that becomes an old one later was seen by the view itself. Raises those of `read` alone.
 */
export async function closely(
  read: (signal: AbortSignal) => Promise<LoadBalancerView>,
  master: Pick<Master, 'oldWorkers'> | null,
  signal: AbortSignal,
): Promise<LoadBalancerView> {
  if (master === null) return { ...(await read(signal)), oldWorkers: { kind: 'no-master' } };
  const first = await attempt(read, master, signal);
  // A reload between the two costs one more try.
  const { oldWorkers } = first;
  if (oldWorkers.kind === 'unknown' && oldWorkers.error.code === 'old-process') {
    return await attempt(read, master, signal);
  }
  return first;
}

async function attempt(
  read: (signal: AbortSignal) => Promise<LoadBalancerView>,
  master: Pick<Master, 'oldWorkers'>,
  signal: AbortSignal,
): Promise<LoadBalancerView> {
  const view = await read(signal);
  try {
    const workers = await master.oldWorkers(view.process.pid, signal);
    return { ...view, oldWorkers: { kind: 'counted', workers } };
  } catch (thrown) {
    signal.throwIfAborted();
    return { ...view, oldWorkers: { kind: 'unknown', error: asRejuvError(thrown) } };
  }
}
