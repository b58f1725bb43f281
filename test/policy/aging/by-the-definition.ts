import type { AgingRule } from '../../../src/domain/aging.ts';
import { leavesOf, type Comparing, type Condition } from '../../../src/domain/condition.ts';
import type { Series, Written } from './measured.ts';

type Truth = boolean | null;

/** What the definition of a rule says, the slow way: forward in time over every moment, with nothing spared. */
export interface Case {
  readonly rule: AgingRule;
  readonly written: Written;
  readonly staleMs: number;
  readonly youngSince: number | null;
  readonly peers: readonly { readonly server: string; readonly youngSince: number | null }[];
}

const nearMs = 5 * 60_000;

/** The verdict of a rule for web1 at `now`, nothing having held before. */
export function verdictByDefinition(all: Case, now: number): 'holds' | 'waiting' | 'fails' | 'unknown' {
  const { rule, written, staleMs, youngSince } = all;
  const leaves = leavesOf(rule.condition).filter((leaf) => leaf.kind === 'compare');
  const own = (figure: string): Series =>
    (written['web1']?.[figure] ?? []).filter(([at]) => at <= now && at >= (youngSince ?? 0));
  const present = truth(rule.condition, (leaf) => {
    if (leaf.figure === 'uptime') return youngSince === null ? null : uptimeTruth(leaf, now - youngSince);
    const read = [leaf.figure, ...(leaf.per === null ? [] : [leaf.per])];
    const last = own(leaf.figure).at(-1);
    const fresh = read.every((figure) => {
      const newest = (written['web1']?.[figure] ?? []).filter(([at]) => at <= now).at(-1);
      return newest !== undefined && now - newest[0] < staleMs;
    });
    return fresh && last !== undefined ? leafTruth(all, leaf, last[0]) : null;
  });
  if (present === null) return 'unknown';
  const sampledLeaves = leaves.filter(({ figure }) => figure !== 'uptime');
  // Where no sample is known, there is none to be smoothed or counted: an uptime decides alone.
  const anySample = sampledLeaves.some(({ figure }) => own(figure).length > 0);
  const moments = new Set<number>();
  for (const leaf of sampledLeaves) for (const [at] of own(leaf.figure)) moments.add(at);
  const samples = new Set(moments);
  for (const leaf of leaves) {
    if (leaf.figure !== 'uptime' || youngSince === null || leaf.limit.kind !== 'number') continue;
    const inclusive = leaf.comparison === '>=' || leaf.comparison === '<';
    for (const at of [youngSince, youngSince + leaf.limit.value + (inclusive ? 0 : 1)])
      if (at <= now) moments.add(at);
  }
  const known: { at: number; true: boolean; sampled: boolean }[] = [];
  for (const at of [...moments].sort((a, b) => a - b)) {
    const then = truth(rule.condition, (leaf) => {
      if (leaf.figure === 'uptime') return youngSince === null ? null : uptimeTruth(leaf, at - youngSince);
      const last = own(leaf.figure)
        .filter(([taken]) => taken <= at)
        .at(-1);
      return last === undefined || at - last[0] > nearMs ? null : leafTruth(all, leaf, last[0]);
    });
    if (then !== null) known.push({ at, true: then, sampled: samples.has(at) });
  }
  const smoothed =
    rule.samples === null || !anySample
      ? known
      : known
          .filter(({ sampled }) => sampled)
          .map((one, index, all) => ({
            ...one,
            true:
              all.slice(Math.max(0, index + 1 - (rule.samples?.of ?? 1)), index + 1).filter((of) => of.true)
                .length >= (rule.samples?.holds ?? 1),
          }));
  const isTrue = rule.samples === null || !anySample ? present : (smoothed.at(-1)?.true ?? false);
  if (!isTrue) return 'fails';
  if (rule.forMs === 0) return 'holds';
  const run = smoothed.slice(smoothed.findLastIndex((one) => !one.true) + 1);
  const [first] = run;
  if (first === undefined || now - first.at < rule.forMs) return 'waiting';
  const inWindow = run.filter(({ at, sampled }) => sampled && at >= now - rule.forMs).length;
  return !anySample || inWindow >= 2 ? 'holds' : 'waiting';
}

function truth(condition: Condition, leaf: (leaf: Comparing) => Truth): Truth {
  switch (condition.kind) {
    case 'reaches':
      return null;
    case 'compare':
      return leaf(condition);
    case 'not': {
      const inner = truth(condition.part, leaf);
      return inner === null ? null : !inner;
    }
    case 'and': {
      const parts = condition.parts.map((part) => truth(part, leaf));
      return parts.includes(false) ? false : parts.includes(null) ? null : true;
    }
    case 'or': {
      const parts = condition.parts.map((part) => truth(part, leaf));
      return parts.includes(true) ? true : parts.includes(null) ? null : false;
    }
  }
}

function uptimeTruth(leaf: Comparing, uptime: number): Truth {
  return leaf.limit.kind === 'number' ? compared(uptime, leaf.comparison, leaf.limit.value) : null;
}

function leafTruth(all: Case, leaf: Comparing, at: number): Truth {
  const value = quantity(all, 'web1', all.youngSince, leaf, at);
  if (value === null) return null;
  const { limit } = leaf;
  if (limit.kind === 'number') return compared(value, leaf.comparison, limit.value);
  // A median is taken at whole quarters of a minute.
  const of = limit.kind === 'peers' ? at - (at % 15_000) : at;
  const peers = all.peers
    .map(({ server, youngSince }) => ({ youngSince, value: quantity(all, server, youngSince, leaf, of) }))
    .flatMap((peer) => (peer.value === null ? [] : [{ ...peer, value: peer.value }]));
  if (limit.kind === 'peers') {
    const values = peers.map((peer) => peer.value).sort((a, b) => a - b);
    if (values.length === 0) return null;
    const middle = (values[(values.length - 1) >> 1]! + values[values.length >> 1]!) / 2;
    return compared(value, leaf.comparison, limit.times * middle);
  }
  const young = peers
    .filter(({ youngSince }) => all.peers.length === 1 || youngSince !== null)
    .filter(({ youngSince }) => (youngSince ?? 0) <= at)
    .toSorted((a, b) => (b.youngSince ?? 0) - (a.youngSince ?? 0))[0];
  return young === undefined ? null : compared(value, leaf.comparison, limit.times * young.value);
}

function quantity(
  all: Case,
  server: string,
  since: number | null,
  leaf: Comparing,
  at: number,
): number | null {
  const last = (figure: string): number | null => {
    const found = (all.written[server]?.[figure] ?? []).filter(([taken]) => taken <= at).at(-1);
    return found === undefined || found[0] < (since ?? 0) || at - found[0] > nearMs ? null : found[1];
  };
  const value = last(leaf.figure);
  if (value === null || leaf.per === null) return value;
  const by = last(leaf.per);
  return by === null || by <= 0 ? null : value / by;
}

function compared(value: number, comparison: string, limit: number): boolean {
  if (comparison === '>') return value > limit;
  if (comparison === '>=') return value >= limit;
  return comparison === '<' ? value < limit : value <= limit;
}
