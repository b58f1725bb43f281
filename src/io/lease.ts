import type { Lease } from '../domain/seams.ts';

/** The lease on one machine: granted at once, because the lock on the records already admits one writer only. */
export function createLocalLease(): Lease {
  return {
    acquire(signal) {
      return signal.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve();
    },
    release: () => Promise.resolve(),
  };
}
