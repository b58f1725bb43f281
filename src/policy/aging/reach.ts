import { dayMs, hourMs } from './means.ts';

/**
 * How far ahead a window may look, as a share of how far it looks back. A rise of some hours may be the morning, a cache
 * that fills or a sale: nothing is made of it until it has come three fifths of its way. From some days on the daily
 * cycle is known, from a week on the weekly one, and so far a line is worth more.
 */
const shares: readonly (readonly [windowMs: number, share: number])[] = [
  [6 * hourMs, 2 / 3],
  [12 * hourMs, 0.55],
  [1.5 * dayMs, 0.55],
  [4 * dayMs, 1],
  [6.5 * dayMs, 2],
];
/** For some hours beside the usual course of the day. */
const besideTheDay = 0.9;

/** In hours. */
export function reachHours(windowMs: number, withoutDay: boolean): number {
  const hours = windowMs / hourMs;
  if (withoutDay && windowMs < 1.5 * dayMs) return besideTheDay * hours;
  const above = shares.findIndex(([atMs]) => windowMs < atMs);
  const [beforeMs, before] = shares.at(above < 0 ? -1 : Math.max(0, above - 1)) ?? [0, 0];
  const [afterMs, after] = shares.at(above) ?? [0, 0];
  if (afterMs <= beforeMs) return before * hours;
  return hours * (before + ((after - before) * (windowMs - beforeMs)) / (afterMs - beforeMs));
}
