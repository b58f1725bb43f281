import { leavesOf, type Condition, type Leaf } from '../../domain/condition.ts';
import type { FigureName } from '../../domain/figure.ts';
import { judge, type Verdict } from '../condition.ts';
import { alignedMs, type RuleFacts } from './facts.ts';
import { plainRun, smoothedRun, type Run } from './run.ts';
import { passesAt, trackOf, type Track } from './track.ts';
import { unknownBecause, valuesOf } from './words.ts';

/** One condition of a rule, looked at once. */
export interface Look {
  readonly verdict: Verdict;
  readonly run: Run;
  /** Whether samples decide, and not only an uptime or a trend. */
  readonly sampled: boolean;
  /** When it could turn out otherwise although no sample comes, some of them in vain. */
  readonly changes: readonly number[];
  /** The newest values, and why something is unknown. Empty unless asked for. */
  readonly values: string;
  readonly problem: string;
}

const broken: Run = { since: null, samples: 0, secondAt: null, some: null };

/** Whether a condition is true now, and since when. `inWords` false spares the words. */
export function lookAt(condition: Condition, facts: RuleFacts, inWords: boolean): Look {
  const leaves = leavesOf(condition);
  const tracks = leaves.map((leaf) => trackOf(leaf, facts));
  const changes = tracks.flatMap((track) => changesOf(track, facts));
  const unread = leaves.filter((leaf) => figuresRead(leaf).some((figure) => !isFresh(figure, facts)));
  const now = judge(condition, (leaf) => {
    if (unread.includes(leaf)) return 'unknown';
    for (const track of tracks) if (track.leaf === leaf) return track.verdict;
    return 'unknown';
  });
  // Said before the run is walked, for the tracks go back with it.
  const values = inWords ? valuesOf(tracks, facts) : '';
  const problem = inWords && now === 'unknown' ? unknownBecause(tracks, unread, facts) : '';
  const newest = tracks.reduce((last, { at }) => Math.max(last, at), Number.NEGATIVE_INFINITY);
  const sampled = tracks.some((track) => track.sampled);
  const run = runOf(condition, tracks, now, facts, sampled);
  const verdict = now === 'unknown' || run.some === null ? now : run.since === null ? 'fails' : 'holds';
  // Its parts may come from sources that are never read close to each other.
  const since = verdict === 'holds' ? (run.since ?? newest) : null;
  return { verdict, run: { ...run, since }, sampled, changes, values, problem };
}

function runOf(
  condition: Condition,
  tracks: readonly Track[],
  now: Verdict,
  facts: RuleFacts,
  sampled: boolean,
): Run {
  const { samples } = facts.rule;
  if (now === 'unknown') return broken;
  if (samples !== null && sampled) return smoothedRun(condition, tracks, alignedMs(facts), samples);
  return now === 'holds' ? plainRun(condition, tracks, alignedMs(facts)) : broken;
}

/** The figures whose sources have to be fresh for a comparison now. */
export function figuresRead(leaf: Leaf): FigureName[] {
  if (leaf.kind === 'reaches') return [leaf.figure];
  if (leaf.figure === 'uptime') return [];
  return leaf.per === null ? [leaf.figure] : [leaf.figure, leaf.per];
}

function isFresh(figure: FigureName, { measured, server, now }: RuleFacts): boolean {
  return measured.freshness(server, figure, now).kind === 'fresh';
}

function changesOf({ leaf, trend }: Track, facts: RuleFacts): number[] {
  const { measured, server, youngSince, now } = facts;
  const changes = figuresRead(leaf).flatMap((figure) => {
    const freshness = measured.freshness(server, figure, now);
    return freshness.kind === 'fresh' ? [freshness.until] : [];
  });
  if (leaf.kind === 'compare') {
    const passes = leaf.figure === 'uptime' ? passesAt(leaf, youngSince) : null;
    return passes === null ? changes : [...changes, passes];
  }
  return trend?.kind === 'ages' ? [...changes, now + trend.exhaustion.best - leaf.withinMs] : changes;
}
