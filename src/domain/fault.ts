/** The nouns of faults: what is looked at, and what is made of it. */

/** What one look at something gave. `unknown` counts neither way: it says nothing about the server. */
export type Answer = 'passed' | 'failed' | 'unknown';

/**
 * What is expected of a server now. `serving`: it gets new requests on some load balancer · `leaving`: only what it
 * still has · `warm`: a spare whose application runs · `asleep`: a spare whose application is stopped · `out`:
 * nothing, it is held, under repair, or somebody took it out.
 */
export type Duty = 'serving' | 'leaving' | 'warm' | 'asleep' | 'out';

/**
 * `suspect`: there are signs, not enough of them · `failed`: believed by all who can tell · `split`: the load
 * balancers disagree · `hung`: up in HAProxy, but the application fails · `unreachable`: it serves, but SSH is dead ·
 * `unknown`: nobody can tell.
 */
export type Verdict = 'well' | 'suspect' | 'failed' | 'split' | 'hung' | 'unreachable' | 'unknown';

/** What a verdict rests on: one source, what it says, since when. */
export interface Fact {
  /** The name of a load balancer, `watchdog` or `ssh`. */
  readonly source: string;
  readonly says: Answer;
  /** Unix milliseconds; null: never heard of. */
  readonly since: number | null;
  /** For people: `DOWN, L4CON`, `status 503`, `connection refused`. */
  readonly detail: string;
}

/** The verdicts that are faults of a server: what a storm counts, and what may lead to a failover. */
export function isFault(verdict: Verdict): verdict is 'failed' | 'hung' {
  return verdict === 'failed' || verdict === 'hung';
}
