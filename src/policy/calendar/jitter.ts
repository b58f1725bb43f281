import type { Deferral } from './trough.ts';

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

/** FNV-1a with a final avalanche (murmur3's): evenly spread over 32 bits, which is all that is asked of it. */
function mixed(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
