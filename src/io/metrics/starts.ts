/** A start that is worked out from clocks and uptimes comes out a little different each time. */
const sameStartMs = 30_000;

/**
 * Remembers when what started, so that a drifting clock is not taken for a restart: a start within half a minute of
 * the one seen last is the same, and is told as it was told first. Instants in Unix milliseconds.
 */
export function createStarts(): (key: string, at: number) => number {
  const known = new Map<string, { readonly told: number; readonly last: number }>();
  return (key, at) => {
    const before = known.get(key);
    const same = before !== undefined && Math.abs(at - before.last) <= sameStartMs;
    const told = same ? before.told : Math.round(at);
    known.set(key, { told, last: at });
    return told;
  };
}
