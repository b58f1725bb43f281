import type { Duty, Fact, Verdict } from '../../domain/fault.ts';
import type { FaultSettings } from '../../domain/settings.ts';
import type { Evidence } from './evidence.ts';
import type { Streak } from './streak.ts';

/** What is asked of a backend's servers. */
export type Watching = Pick<FaultSettings, 'fall' | 'rise' | 'watchdog' | 'ssh'>;

/** What is made of the evidence, with what it rests on. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly duty: Duty;
  /** When this verdict was reached. */
  readonly since: number;
  /** The last look of any source. */
  readonly at: number;
  readonly facts: readonly Fact[];
  /** Since when the watchdog passes again, `rise` times at least, after it had failed; null: it does not, or never failed. */
  readonly risenAt: number | null;
}

/** The judgement after a look at `at`; `since` stays as long as the verdict does. Pure. */
export function judge(
  before: Judgement | null,
  evidence: Evidence,
  duty: Duty,
  watching: Watching,
  at: number,
): Judgement {
  const verdict = verdictOf(evidence, duty, watching);
  const since = before?.verdict === verdict ? before.since : at;
  return {
    verdict,
    duty,
    since,
    at,
    facts: factsOf(evidence, watching),
    risenAt: risenAt(evidence, watching),
  };
}

function risenAt({ watchdog: { run } }: Evidence, { rise }: Watching): number | null {
  return run?.answer === 'passed' && run.turned && run.length >= rise ? run.since : null;
}

/** Pure. Never `failed` or `hung` on a disagreement, nor where nobody can tell. */
export function verdictOf(evidence: Evidence, duty: Duty, watching: Watching): Verdict {
  switch (duty) {
    case 'serving':
    case 'leaving':
      return inService(evidence, watching);
    case 'warm':
      return watching.watchdog ? warm(evidence) : bySsh(evidence.ssh);
    case 'asleep':
      return bySsh(evidence.ssh);
    case 'out':
      // Nothing is expected of it; but that it passes again is worth knowing. It needs no SSH to serve.
      return evidence.watchdog.believed === 'passed' ? 'well' : 'unknown';
  }
}

function inService(evidence: Evidence, { fall }: Watching): Verdict {
  const { sightings, watchdog, ssh, disagreement, hanging } = evidence;
  const reachable = sightings.filter((seen) => seen.reachable);
  const down = reachable.filter(({ says }) => says === 'failed').length;
  const up = reachable.filter(({ says }) => says === 'passed').length;
  if (down + up === 0) return 'unknown';
  if (down > 0) {
    // Their checks are not in step: for a moment they differ about every server that dies.
    if (disagreement.length > 0) return disagreement.length >= fall ? 'split' : 'suspect';
    const allSayDown = down === reachable.length;
    const confirmed = reachable.length === sightings.length || watchdog.believed === 'failed';
    return allSayDown && confirmed ? 'failed' : 'suspect';
  }
  if (watchdog.believed === 'failed') {
    // With one load balancer unknown, the other one's word stands against the watchdog's.
    return reachable.length === sightings.length && hanging >= fall ? 'hung' : 'suspect';
  }
  if (watchdog.run?.answer === 'failed') return 'suspect';
  return ssh.believed === 'failed' ? 'unreachable' : 'well';
}

/** HAProxy does not check it in maint, so the application itself is asked. */
function warm({ watchdog, ssh }: Evidence): Verdict {
  if (watchdog.believed === 'failed') return 'failed';
  if (watchdog.run?.answer === 'failed') return 'suspect';
  if (watchdog.believed === 'unknown') return 'unknown';
  return ssh.believed === 'failed' ? 'unreachable' : 'well';
}

function bySsh({ believed, run }: Streak): Verdict {
  if (believed === 'failed') return 'failed';
  if (run?.answer === 'failed') return 'suspect';
  return believed === 'passed' ? 'well' : 'unknown';
}

function factsOf({ sightings, watchdog, ssh }: Evidence, watching: Watching): Fact[] {
  return [
    ...sightings.map(({ loadBalancer, says, since, detail }) => ({
      source: loadBalancer,
      says,
      since,
      detail,
    })),
    ...(watching.watchdog ? [factOf('watchdog', watchdog)] : []),
    ...(watching.ssh ? [factOf('ssh', ssh)] : []),
  ];
}

/** A streak that is not believed yet is a fact already. */
function factOf(source: string, { run, detail }: Streak): Fact {
  return { source, says: run?.answer ?? 'unknown', since: run?.since ?? null, detail };
}

/** `lb-a: down since 2026-03-02T10:00:00.000Z (DOWN, L4CON)`, for people. */
export function describeFact({ source, says, since, detail }: Fact): string {
  const words = source === 'watchdog' || source === 'ssh' ? asked : seen;
  const when = since === null ? '' : ` since ${new Date(since).toISOString()}`;
  return `${source}: ${words[says]}${when} (${detail})`;
}

const seen = { passed: 'up', failed: 'down', unknown: 'unknown' } as const;
const asked = { passed: 'passes', failed: 'fails', unknown: 'unknown' } as const;
