import type { Condition, Leaf } from '../../domain/condition.ts';
import type { FigureName } from '../../domain/figure.ts';
import type { ServerId } from '../../domain/names.ts';
import type { Verdict } from '../../domain/condition-verdict.ts';
import type { Life, RuleFacts } from './facts.ts';
import { alignedMs, reachOf } from './reach-back.ts';
import { notRun, plainRun, smoothedRun, type Run } from './run.ts';
import type { Track } from './track.ts';
import { tracksOf } from './tracks-of.ts';
import { verdictOf, type VerdictOf } from './verdict-of.ts';
import { said, unknownBecause, type Said } from './words.ts';

/** One condition of a rule, looked at once. */
export interface Look {
  readonly verdict: Verdict;
  readonly run: Run;
  /** Whether samples decide, and not only an uptime or a trend. */
  readonly sampled: boolean;
  /** When it could turn out otherwise although no sample comes, some of them in vain. */
  readonly changes: readonly number[];
  /** What the newest values are. */
  readonly said: readonly Said[];
  /** Why it is unknown; empty unless asked for. */
  readonly problem: string;
}

/** A condition of a rule as it is looked at for every server. */
export interface Glass {
  readonly facts: RuleFacts;
  readonly tracks: readonly ((life: Life) => Track)[];
  readonly verdict: VerdictOf;
  /** Values at most so far apart are of the same moment. */
  readonly nearMs: number;
}

/** Makes ready what does not depend on the server. */
export function glassOf(condition: Condition, facts: RuleFacts): Glass {
  const leaves: Leaf[] = [];
  const verdict = verdictOf(condition, leaves);
  const tracks = leaves.map((leaf) => tracksOf(leaf, facts));
  return { facts, tracks, verdict, nearMs: alignedMs(reachOf(facts.rule)) };
}

/** A condition for one server: looked at now, and at moments to come as if no sample came. */
export class Sight {
  private readonly glass: Glass;
  private readonly life: Life;
  private readonly tracks: readonly Track[];

  constructor(glass: Glass, life: Life) {
    this.glass = glass;
    this.life = life;
    this.tracks = glass.tracks.map((make) => make(life));
  }

  /** Whether it is true at this moment, and since when. `inWords` false spares the words. */
  look(now: number, inWords: boolean): Look {
    const { tracks, glass } = this;
    const { facts } = glass;
    const changes: number[] = [];
    let unread: Leaf[] | null = null;
    let newest = Number.NEGATIVE_INFINITY;
    let sampled = false;
    for (const track of tracks) {
      track.stand(now);
      if (!areFresh(track.leaf, facts, this.life.server, now, changes)) (unread ??= []).push(track.leaf);
      if (track.turnsAt !== null) changes.push(track.turnsAt);
      newest = Math.max(newest, track.at);
      sampled ||= track.sampled;
    }
    const blind = unread;
    const present =
      blind === null
        ? glass.verdict(tracks, verdictOfTrack)
        : glass.verdict(tracks, (track) => (blind.includes(track.leaf) ? 'unknown' : track.verdict));
    // Said before the run is walked, for the tracks go back with it.
    const words = inWords ? tracks.map(said) : [];
    const problem =
      inWords && present === 'unknown' ? unknownBecause(tracks, unread ?? [], facts, this.life, now) : '';
    const run = this.runUpTo(present, sampled);
    const verdict =
      present === 'unknown' || run.some === null ? present : run.since === null ? 'fails' : 'holds';
    if (run === notRun) return { verdict, run, sampled, changes, said: words, problem };
    // Its parts may come from sources that are never read close to each other.
    const since = verdict === 'holds' ? (run.since ?? newest) : null;
    return { verdict, run: { ...run, since }, sampled, changes, said: words, problem };
  }

  private runUpTo(present: Verdict, sampled: boolean): Run {
    const { glass, tracks } = this;
    const { samples } = glass.facts.rule;
    if (present === 'unknown') return notRun;
    if (samples !== null && sampled) return smoothedRun(glass.verdict, tracks, glass.nearMs, samples);
    return present === 'holds' ? plainRun(glass.verdict, tracks, glass.nearMs) : notRun;
  }
}

function verdictOfTrack({ verdict }: Track): Verdict {
  return verdict;
}

/** Whether everything that a comparison needs is fresh; adds until when. An uptime needs no source. */
function areFresh(leaf: Leaf, facts: RuleFacts, server: ServerId, now: number, changes: number[]): boolean {
  if (leaf.figure === 'uptime') return true;
  const fresh = isFresh(leaf.figure, facts, server, now, changes);
  if (leaf.kind === 'reaches' || leaf.per === null) return fresh;
  return isFresh(leaf.per, facts, server, now, changes) && fresh;
}

function isFresh(
  figure: FigureName,
  { measured }: RuleFacts,
  server: ServerId,
  now: number,
  changes: number[],
): boolean {
  const freshness = measured.freshness(server, figure, now);
  if (freshness.kind !== 'fresh') return false;
  changes.push(freshness.until);
  return true;
}
