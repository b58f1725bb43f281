import type { Comparing, Condition, Figures, Reaching } from '../domain/condition.ts';
import { compare, judge, type Verdict } from '../domain/condition-verdict.ts';
import { median } from './median.ts';

/** What is known at one moment of a server and of those it is compared with. */
export interface Known {
  readonly figures: Figures;
  /** Of the other servers in service. */
  readonly peers: readonly Figures[];
  readonly foretold: (leaf: Reaching) => Verdict;
}

/** Whether a condition holds at this moment. Pure. */
export function judgeNow(condition: Condition, known: Known): Verdict {
  return judge(condition, (leaf) =>
    leaf.kind === 'reaches'
      ? known.foretold(leaf)
      : compare(quantity(leaf, known.figures), leaf.comparison, limitOf(leaf, known.peers)),
  );
}

/** NaN where it is not known, or divided by nothing. */
function quantity({ figure, per }: Comparing, figures: Figures): number {
  const value = figures[figure] ?? Number.NaN;
  if (per === null) return value;
  const by = figures[per] ?? Number.NaN;
  return by > 0 ? value / by : Number.NaN;
}

function limitOf(leaf: Comparing, peers: readonly Figures[]): number {
  const { limit } = leaf;
  switch (limit.kind) {
    case 'number':
      return limit.value;
    case 'freshest': {
      const young = peers.toSorted((a, b) => (a['uptime'] ?? Infinity) - (b['uptime'] ?? Infinity))[0];
      return young === undefined || typeof young['uptime'] !== 'number'
        ? Number.NaN
        : limit.times * quantity(leaf, young);
    }
    case 'peers': {
      const values = peers.map((peer) => quantity(leaf, peer)).filter((value) => !Number.isNaN(value));
      return limit.times * median(Float64Array.from(values), values.length);
    }
  }
}

/** Whether the uptimes of servers are needed. */
export function asksForUptime(condition: Condition): boolean {
  switch (condition.kind) {
    case 'compare':
      return condition.figure === 'uptime' || condition.limit.kind === 'freshest';
    case 'reaches':
      return false;
    case 'not':
      return asksForUptime(condition.part);
    case 'and':
    case 'or':
      return condition.parts.some(asksForUptime);
  }
}
