import { RejuvError } from '../domain/errors.ts';
import type { HeldRow } from '../domain/old-workers.ts';
import type { LoadBalancerView, Snapshot } from '../domain/snapshot.ts';

/**
 * Where old workers are not counted, their time has to be waited for after a process change before a reboot. Null: they
 * are counted, or it is over. Pure.
 */
export function oldWorkersProblem(snapshot: Snapshot, goneMs: number): RejuvError | null {
  return firstOf(snapshot, (view) => uncounted(view, goneMs));
}

/**
 * Why old workers may still bring something to the servers that `ours` is true for, as a sentence; null: nothing more to
 * wait for. What they hold there is waited for as long as it lasts. A connection without a request may bring one to any
 * server, and a master that does not answer may hide anything: both for `goneMs` after the process change. A load
 * balancer without a master socket says nothing here. Pure.
 */
export function oldWorkersWait(
  snapshot: Snapshot,
  ours: (row: HeldRow) => boolean,
  goneMs: number,
): string | null {
  return firstOf(snapshot, (view) => {
    const { oldWorkers, name } = view;
    if (oldWorkers.kind === 'unknown') return uncounted(view, goneMs)?.message ?? null;
    if (oldWorkers.kind !== 'counted') return null;
    for (const { pid, held } of oldWorkers.workers) {
      const left = held.filter(ours).reduce((sum, { sessions, queue }) => sum + sessions + queue, 0);
      if (left > 0) return `${left} session(s) left in an old worker of ${name} (pid ${pid})`;
    }
    const idle = oldWorkers.workers.find(({ unplaced }) => unplaced > 0);
    if (idle === undefined || ageMs(view) >= goneMs) return null;
    const until = goneAt(view, goneMs);
    return `${idle.unplaced} connection(s) of an old worker of ${name} (pid ${idle.pid}) may still bring a request; waiting for their end, until ${until} at most`;
  });
}

function uncounted(view: LoadBalancerView, goneMs: number): RejuvError | null {
  const { oldWorkers, name } = view;
  const age = ageMs(view);
  if (oldWorkers.kind === 'counted' || age >= goneMs) return null;
  const facts = {
    loadBalancer: name,
    ago: `${Math.max(0, Math.round(age / 1000))}s`,
    until: goneAt(view, goneMs),
  };
  if (oldWorkers.kind !== 'unknown') return new RejuvError('old-workers', facts);
  return new RejuvError('old-workers-unknown', { ...facts, problem: oldWorkers.error.message });
}

/** By HAProxy's own count: two wall clocks may differ, and either may jump. */
function ageMs({ uptimeSeconds }: LoadBalancerView): number {
  return uptimeSeconds * 1000;
}

function goneAt(view: LoadBalancerView, goneMs: number): string {
  return new Date(view.at + goneMs - ageMs(view)).toISOString();
}

function firstOf<T>({ views }: Snapshot, judge: (view: LoadBalancerView) => T | null): T | null {
  for (const view of views) {
    const found = judge(view);
    if (found !== null) return found;
  }
  return null;
}
