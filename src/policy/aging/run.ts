import type { Verdict } from '../../domain/condition-verdict.ts';
import type { Track } from './track.ts';
import type { VerdictOf } from './verdict-of.ts';

/** How long a condition has been true, looking back. Instants in Unix milliseconds. */
export interface Run {
  /** The first moment of the unbroken run that reaches up to the newest one; null: it is broken there. */
  readonly since: number | null;
  /** How many samples it has. */
  readonly samples: number;
  /** When the last sample but one of the run was taken; null: there are not two. */
  readonly secondAt: number | null;
  /** With `samples: 8 of 10`: how many of the last ones are true; null: nobody asked. */
  readonly some: { readonly holds: number; readonly of: number } | null;
}

/** Of what is not true now, or not known. */
export const notRun: Run = { since: null, samples: 0, secondAt: null, some: null };

/** Every moment at which a condition may have changed, from new to old: the moments of all its tracks. */
class Moments {
  at = Number.POSITIVE_INFINITY;
  verdict: Verdict = 'unknown';
  /** Whether it is the moment of a sample. */
  sampled = false;
  private readonly verdictOf: VerdictOf;
  private readonly tracks: readonly Track[];
  private readonly nearMs: number;

  constructor(verdictOf: VerdictOf, tracks: readonly Track[], nearMs: number) {
    this.verdictOf = verdictOf;
    this.tracks = tracks;
    this.nearMs = nearMs;
  }

  /** One moment back; false: nothing is known of any time before. */
  next(): boolean {
    let newest = Number.NEGATIVE_INFINITY;
    for (const track of this.tracks) {
      if (track.at === this.at) track.back();
      if (track.at > newest) newest = track.at;
    }
    this.at = newest;
    if (newest === Number.NEGATIVE_INFINITY) return false;
    this.sampled = false;
    for (const track of this.tracks) if (track.sampled && track.at === newest) this.sampled = true;
    this.verdict = this.verdictOf(this.tracks, this.say);
    return true;
  }

  /** A sample speaks for its figure until the next one, but not for longer than what is near. */
  private readonly say = (track: Track): Verdict =>
    track.sampled && this.at - track.at > this.nearMs ? 'unknown' : track.verdict;
}

/** The run of a condition of which every sample has to be true. A moment of which nothing is known counts neither way. */
export function plainRun(verdictOf: VerdictOf, tracks: readonly Track[], nearMs: number): Run {
  const moments = new Moments(verdictOf, tracks, nearMs);
  let since: number | null = null;
  let samples = 0;
  let secondAt: number | null = null;
  while (moments.next()) {
    if (moments.verdict === 'unknown') continue;
    if (moments.verdict === 'fails') break;
    since = moments.at;
    if (!moments.sampled) continue;
    samples += 1;
    if (samples === 2) secondAt = since;
  }
  return { since, samples, secondAt, some: null };
}

/** The same, where a sample counts as true when `holds` of the last `of` are, itself among them. */
export function smoothedRun(
  verdictOf: VerdictOf,
  tracks: readonly Track[],
  nearMs: number,
  { holds, of }: { readonly holds: number; readonly of: number },
): Run {
  const moments = new Moments(verdictOf, tracks, nearMs);
  // The samples by which the one at `head` is judged, in a ring.
  const truths: boolean[] = [];
  const ats: number[] = [];
  let head = 0;
  let known = 0;
  let trues = 0;
  let more = true;
  let since: number | null = null;
  let samples = 0;
  let secondAt: number | null = null;
  let some: Run['some'] = null;
  for (;;) {
    while (known < of && more) {
      more = moments.next();
      if (!more || !moments.sampled || moments.verdict === 'unknown') continue;
      const slot = (head + known) % of;
      truths[slot] = moments.verdict === 'holds';
      ats[slot] = moments.at;
      trues += truths[slot] ? 1 : 0;
      known += 1;
    }
    some ??= { holds: trues, of: known };
    if (known === 0 || trues < holds) break;
    since = ats[head] ?? null;
    samples += 1;
    if (samples === 2) secondAt = since;
    trues -= truths[head] === true ? 1 : 0;
    head = (head + 1) % of;
    known -= 1;
  }
  return { since, samples, secondAt, some };
}
