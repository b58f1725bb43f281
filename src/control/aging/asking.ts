import { formatServerId, type BackendName } from '../../domain/names.ts';
import type { Eligible } from '../../policy/aging/eligible.ts';

/** Admission looks at every row and logs in to hosts: about a server that was refused it is asked once a minute. */
const everyMs = 60_000;
/** And about any server of one backend. */
const restMs = 5_000;

/** Paces how often admission is asked. Instants are monotonic. */
export interface Asking {
  /**
   * About whom it is asked now, of those that may start, the most urgent first; null: about nobody yet. Of several as urgent,
   * whoever was asked about longest ago, or one that is always refused would keep the others from their turn.
   */
  next(
    backend: BackendName,
    free: readonly Eligible[],
    now: number,
  ): { readonly next: Eligible | null; readonly againAt: number };
}

export function createAsking(): Asking {
  const asked = new Map<string, number>();
  const ofBackend = new Map<BackendName, number>();
  const lastOf = ({ server }: Eligible): number => asked.get(formatServerId(server)) ?? -Infinity;
  return {
    next(backend, free, now) {
      const restUntil = (ofBackend.get(backend) ?? -Infinity) + restMs;
      const dueAt = (one: Eligible): number => Math.max(restUntil, lastOf(one) + everyMs);
      const due = free.filter((one) => dueAt(one) <= now);
      const next = due.reduce<Eligible | null>((best, one) => {
        if (best === null) return one;
        return one.because.severity === best.because.severity && lastOf(one) < lastOf(best) ? one : best;
      }, null);
      if (next !== null) {
        asked.set(formatServerId(next.server), now);
        ofBackend.set(backend, now);
      }
      const others = free.filter((one) => one !== next);
      const againAt = others.map((one) => Math.max(dueAt(one), next === null ? 0 : now + restMs));
      return { next, againAt: Math.min(Infinity, ...againAt) };
    },
  };
}
