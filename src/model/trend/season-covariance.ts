import { at } from '../special/at.ts';
import { ranksOf } from './order.ts';

type Column = readonly (number | null)[];

/**
 * The covariances of S between all pairs of seasons, summed (Dietz and Killeen 1981; Hirsch and Slack 1984, with their
 * middle rank for what is missing).
 */
export function seasonCovariance(columns: readonly Column[]): number {
  const ranked = columns.map((column) => ({
    cycles: column.length,
    moves: movesOf(column),
    ...centralRanks(column),
  }));
  let total = 0;
  for (const [h, second] of ranked.entries()) {
    for (let g = 0; g < h; g++) {
      const first = ranked[g];
      if (first === undefined) continue;
      const middle = first.cycles * (first.count + 1) * (second.count + 1);
      const together = productSum(first.ranks, second.ranks);
      total += (productSum(first.moves, second.moves) + 4 * together - middle) / 3;
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

/**
 * How a season moves between each pair of cycles: 1, 0 or -1, and 0 where one of them is missing. The product of two
 * seasons' moves, summed, is how many pairs move the same way in both minus those that move against each other.
 */
function movesOf(column: Column): Float64Array {
  const moves = new Float64Array((column.length * (column.length - 1)) / 2);
  let k = 0;
  for (const [j, later] of column.entries()) {
    for (let i = 0; i < j; i++) {
      const earlier = column[i] ?? null;
      moves[k++] = later === null || earlier === null ? 0 : Math.sign(later - earlier);
    }
  }
  return moves;
}

function productSum(first: ArrayLike<number>, second: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < first.length; i++) sum += at(first, i) * at(second, i);
  return sum;
}
