import { phases, type Operation } from '../domain/operation.ts';
import type { WhenOneIsDown } from '../domain/settings.ts';
import type { Snapshot } from '../domain/snapshot.ts';

/**
 * Whether an operation may go on while one load balancer does not answer: past its drain, or as configured. A fault is
 * answered with the one that is left: its server is failed on that one, and the watchdog says so too.
 */
export function mayGoOnWithOne(
  rule: WhenOneIsDown,
  { phase, trigger }: Pick<Operation, 'phase' | 'trigger'>,
): boolean {
  return rule === 'continue' || trigger === 'fault' || phases[phase].pastDraining;
}

/**
 * The same snapshot with its gaps excused, where that is allowed and somebody answers at all. Fails closed: with no
 * answer the gaps stay.
 */
export function excuseGaps(snapshot: Snapshot, allowed: boolean): Snapshot {
  if (!allowed || snapshot.gaps.length === 0 || snapshot.views.length === 0) return snapshot;
  return { ...snapshot, gaps: [], excused: [...snapshot.excused, ...snapshot.gaps] };
}

/** `both`, or who answered and who did not: what a proof was seen on. */
export function seenOn({ views, excused }: Snapshot): string {
  if (excused.length === 0) return 'both';
  const away = excused.map(({ name }) => name).join(', ');
  return `${views.map(({ name }) => name).join(', ')} (${away} does not answer)`;
}
