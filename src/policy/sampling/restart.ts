/**
 * A start is told as the instant now less the time since then, so that every correction of a clock moves it a little.
 */
const jitterMs = 60_000;

/**
 * The start that is news, of the latest one that a source tells; null: none is. A start in the future is a clock that is
 * wrong; where that is what is known, the next one told replaces it.
 */
export function newStart(known: number | null, told: number, now: number): number | null {
  if (!Number.isFinite(told) || told > now + jitterMs) return null;
  const believed = known !== null && known <= now + jitterMs ? known : null;
  return believed === null || told > believed + jitterMs ? told : null;
}
