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
  const tracks: Track[] = [];
  const changes: number[] = [];
  const unread: Leaf[] = [];
  for (const leaf of leavesOf(condition)) {
    const track = trackOf(leaf, facts);
    tracks.push(track);
    if (!areFresh(leaf, facts, changes)) unread.push(leaf);
    addChange(track, facts, changes);
  }
  const now = judge(condition, (leaf) => {
    if (unread.includes(leaf)) return 'unknown';
    for (const track of tracks) if (track.leaf === leaf) return track.verdict;
    return 'unknown';
  });
  // Said before the run is walked, for the tracks go back with it.
  const values = inWords ? valuesOf(tracks, facts) : '';
  const problem = inWords && now === 'unknown' ? unknownBecause(tracks, unread, facts) : '';
  let newest = Number.NEGATIVE_INFINITY;
  let sampled = false;
  for (const track of tracks) {
    newest = Math.max(newest, track.at);
    sampled ||= track.sampled;
  }
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

/** Whether everything that a comparison needs is fresh; adds until when. An uptime needs no source. */
function areFresh(leaf: Leaf, facts: RuleFacts, changes: number[]): boolean {
  if (leaf.figure === 'uptime') return true;
  const fresh = isFresh(leaf.figure, facts, changes);
  return leaf.kind === 'reaches' || leaf.per === null ? fresh : isFresh(leaf.per, facts, changes) && fresh;
}

function isFresh(figure: FigureName, { measured, server, now }: RuleFacts, changes: number[]): boolean {
  const freshness = measured.freshness(server, figure, now);
  if (freshness.kind !== 'fresh') return false;
  changes.push(freshness.until);
  return true;
}

/** When an uptime passes its limit, and when a limit comes near enough in a trend. */
function addChange({ leaf, trend }: Track, { youngSince, now }: RuleFacts, changes: number[]): void {
  if (leaf.kind === 'reaches') {
    if (trend?.kind === 'ages') changes.push(now + trend.exhaustion.best - leaf.withinMs);
    return;
  }
  const passes = leaf.figure === 'uptime' ? passesAt(leaf, youngSince) : null;
  if (passes !== null) changes.push(passes);
}
