import type { Deferral } from './trough.ts';
import { mixed } from '../mixed.ts';

/**
 * When a due run starts: up to `jitterMs` later but before the next one is due, the same moment whenever it is asked,
 * so that the plan, the run and a restart in between agree. `key` names the schedule. One that is deferred to the low of the
 * day starts there, without jitter.
 */
export function startOf(
  key: string,
  due: number,
  jitterMs: number,
  next: number | null,
  defer: Deferral | null = null,
): number {
  const deferred = defer?.(due, next) ?? null;
  if (deferred !== null) return deferred;
  const span = next === null ? jitterMs : Math.min(jitterMs, next - due - 1);
  if (span <= 0) return due;
  return due + Math.floor((mixed(`${key} ${due}`) / 2 ** 32) * (span + 1));
}
