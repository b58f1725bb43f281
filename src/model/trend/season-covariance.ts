import { at } from '../special/at.ts';
import { ranksOf } from './order.ts';

type Column = readonly (number | null)[];

/**
 * The covariances of S between all pairs of seasons, summed (Dietz and Killeen 1981; Hirsch and Slack 1984, with their
 * middle rank for what is missing).
 */
export function seasonCovariance(columns: readonly Column[]): number {
  const ranked = columns.map((column) => ({ column, ...centralRanks(column) }));
  let total = 0;
  for (const [h, second] of ranked.entries()) {
    for (const first of ranked.slice(0, h)) {
      const cycles = first.column.length;
      const together = first.ranks.reduce((product, r, i) => product + r * at(second.ranks, i), 0);
      const middle = cycles * (first.count + 1) * (second.count + 1);
      total += (signsTogether(first.column, second.column) + 4 * together - middle) / 3;
    }
  }
  return total;
}

/** Ranks among what is there; the middle rank where nothing is. */
function centralRanks(column: Column): { ranks: number[]; count: number } {
  const present = column.filter((x) => x !== null);
  const { ranks } = ranksOf(present);
  let next = 0;
  const all = column.map((x) => (x === null ? (present.length + 1) / 2 : at(ranks, next++)));
  return { ranks: all, count: present.length };
}

/** How many pairs of cycles move the same way in both seasons, minus those that move against each other. */
function signsTogether(first: Column, second: Column): number {
  const both = first.flatMap((x, i) => {
    const y = second[i] ?? null;
    return x === null || y === null ? [] : [{ x, y }];
  });
  let total = 0;
  for (const [j, later] of both.entries()) {
    for (let i = 0; i < j; i++) {
      const earlier = both[i];
      if (earlier !== undefined) total += Math.sign(later.x - earlier.x) * Math.sign(later.y - earlier.y);
    }
  }
  return total;
}
