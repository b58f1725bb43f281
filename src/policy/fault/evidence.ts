import type { Answer } from '../../domain/fault.ts';
import type { Sighting } from './sighting.ts';
import { extend, noStreak, type Limits, type Streak } from './streak.ts';

/** One look at one source. Instants are Unix milliseconds. */
export type Observation =
  | { readonly source: 'load-balancers'; readonly at: number; readonly sightings: readonly Sighting[] }
  | {
      readonly source: 'watchdog' | 'ssh';
      readonly at: number;
      readonly answer: Answer;
      readonly detail: string;
    };

/** All that is known of one server. */
export interface Evidence {
  /** The last look at the load balancers; empty: none yet. */
  readonly sightings: readonly Sighting[];
  readonly sightedAt: number | null;
  /** So many looks in a row at load balancers that disagree, and since when. */
  readonly disagreement: { readonly length: number; readonly since: number | null };
  /** So many failures of the watchdog while HAProxy had it up: those of one that is just coming back count not. */
  readonly hanging: number;
  readonly watchdog: Streak;
  readonly ssh: Streak;
}

export const noEvidence: Evidence = {
  sightings: [],
  sightedAt: null,
  disagreement: { length: 0, since: null },
  hanging: 0,
  watchdog: noStreak,
  ssh: noStreak,
};

/** The evidence after one more look. Pure. */
export function withObservation(evidence: Evidence, observation: Observation, limits: Limits): Evidence {
  const { at } = observation;
  switch (observation.source) {
    case 'watchdog':
    case 'ssh': {
      const { source, answer, detail } = observation;
      const next = { ...evidence, [source]: extend(evidence[source], answer, detail, at, limits) };
      return source === 'ssh' || answer === 'unknown'
        ? next
        : { ...next, hanging: hangingAfter(evidence, next) };
    }
    case 'load-balancers': {
      const sightings = observation.sightings.map((seen) => sinceBefore(evidence, seen));
      const hanging = someDown(sightings) ? 0 : evidence.hanging;
      const seen = { ...evidence, sightings, sightedAt: at, hanging };
      const { length, since } = evidence.disagreement;
      const disagreement = disagrees(seen)
        ? { length: length + 1, since: since ?? at }
        : noEvidence.disagreement;
      return { ...seen, disagreement };
    }
  }
}

function hangingAfter(before: Evidence, { sightings, watchdog }: Evidence): number {
  if (watchdog.run?.answer !== 'failed') return watchdog.believed === 'passed' ? 0 : before.hanging;
  const counted = watchdog.run.length === 1 && before.watchdog.believed !== 'failed' ? 0 : before.hanging;
  return someDown(sightings) ? 0 : counted + 1;
}

function someDown(sightings: readonly Sighting[]): boolean {
  return sightings.some(({ says }) => says === 'failed');
}

/** HAProxy tells it in whole seconds, so it would waver from look to look. */
function sinceBefore({ sightings }: Evidence, seen: Sighting): Sighting {
  const before = sightings.find(({ loadBalancer }) => loadBalancer === seen.loadBalancer);
  const same = before?.says === seen.says && before.admin === seen.admin && before.since !== null;
  return same && seen.since !== null && Math.abs(before.since - seen.since) <= 2_000
    ? { ...seen, since: before.since }
    : seen;
}

/** One says up and one down; or the only reachable one says down, and the watchdog passes. */
function disagrees({ sightings, watchdog }: Evidence): boolean {
  const reachable = sightings.filter((seen) => seen.reachable);
  const down = reachable.filter(({ says }) => says === 'failed').length;
  if (down === 0) return false;
  if (reachable.some(({ says }) => says === 'passed')) return true;
  return reachable.length < sightings.length && watchdog.run?.answer === 'passed';
}
