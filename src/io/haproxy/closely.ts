import { asRejuvError } from '../../domain/errors.ts';
import type { ErrorCode } from '../../domain/catalogue.ts';
import type { Clock } from '../../domain/seams.ts';
import type { LoadBalancerView } from '../../domain/snapshot.ts';
import type { Master } from './master.ts';

/** What a master gives while it starts itself anew at a reload: measured 50 to 130 ms, more with a large configuration. */
const reloading: readonly ErrorCode[] = ['haproxy-down', 'reply-truncated', 'old-process'];
const tries = 6;
const pauseMs = 300;

/**
 * A view with what old workers hold. The view comes first: a worker that became an old one before it is then in the list
 * of the master, and one that becomes an old one later was seen by the view itself. Raises those of `read` alone.
 */
export async function closely(
  read: (signal: AbortSignal) => Promise<LoadBalancerView>,
  master: Pick<Master, 'oldWorkers'> | null,
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
): Promise<LoadBalancerView> {
  if (master === null) return { ...(await read(signal)), oldWorkers: { kind: 'no-master' } };
  for (let left = tries - 1; ; left -= 1) {
    const view = await read(signal);
    try {
      const workers = await master.oldWorkers(view.process.pid, signal);
      return { ...view, oldWorkers: { kind: 'counted', workers } };
    } catch (thrown) {
      signal.throwIfAborted();
      const error = asRejuvError(thrown);
      if (left === 0 || !reloading.includes(error.code))
        return { ...view, oldWorkers: { kind: 'unknown', error } };
    }
    await clock.sleep(pauseMs, signal);
  }
}
