import type { RunOutcome, Schedule } from '../domain/calendar.ts';
import type { Verdict } from '../domain/condition-verdict.ts';
import { figuresIn, type Condition, type Figures, type Reaching } from '../domain/condition.ts';
import { RejuvError } from '../domain/errors.ts';
import type { BackendName, ServerName } from '../domain/names.ts';
import type { Role } from '../domain/server.ts';
import { writeCondition } from '../domain/written-figure.ts';
import { judgeNow } from './condition-now.ts';
import { describeFigures } from './condition.ts';

/** A server as far as a schedule asks about it. */
export interface Candidate {
  readonly server: ServerName;
  readonly role: Role;
  /** Ready on every load balancer, and not held. */
  readonly inService: boolean;
  readonly figures: Figures;
  /** Whether a trend of its holds. */
  readonly foretold: (leaf: Reaching) => Verdict;
  /** Why its uptime is unknown. */
  readonly uptimeProblem: string | null;
}

export type Picked =
  | { readonly server: ServerName }
  | {
      readonly outcome: Exclude<RunOutcome, 'missed'>;
      readonly error: RejuvError;
      readonly server: ServerName | null;
    };

/** Uptimes that differ by less count as equal: the load decides then. */
const sameUptimeMs = 60_000;

/**
 * The server that a due run takes: the one named, or the longest running and then least loaded of the primaries in
 * service that fit `when`. What is unknown is never picked. Pure.
 */
export function pickServer(
  backend: BackendName,
  { pick, when }: Pick<Schedule, 'pick' | 'when'>,
  candidates: readonly Candidate[],
): Picked {
  const named = candidates.find(({ server }) => server === pick);
  if (named?.role === 'spare') {
    const error = new RejuvError('server-is-spare', { backend, server: named.server });
    return { outcome: 'skipped', error, server: named.server };
  }
  const eligible = named === undefined ? candidates.filter(isEligible) : [named];
  if (eligible.length === 0) return refused(new RejuvError('no-primary', { backend }));
  const verdictOf = (one: Candidate): Verdict =>
    when === null ? 'holds' : judgeNow(when, { ...one, peers: peersOf(one, candidates) });
  const fitting = eligible.filter((one) => verdictOf(one) === 'holds');
  if (fitting.length === 0 && when !== null) {
    const unknown = eligible.filter((one) => verdictOf(one) === 'unknown');
    if (unknown.length > 0) return refused(fitUnknown(backend, when, unknown));
    const asked = figuresIn(when);
    const figures = eligible
      .map((one) => `${one.server} has ${describeFigures(when, asked, one.figures)}`)
      .join('; ');
    const facts = { backend, condition: writeCondition(when), figures };
    return { outcome: 'skipped', error: new RejuvError('condition-fails', facts), server: null };
  }
  if (named !== undefined) return { server: named.server };
  return longestRunning(backend, fitting);
}

function isEligible({ role, inService }: Candidate): boolean {
  return role === 'primary' && inService;
}

function peersOf(one: Candidate, candidates: readonly Candidate[]): Figures[] {
  return candidates.filter((other) => other !== one && isEligible(other)).map(({ figures }) => figures);
}

function longestRunning(backend: BackendName, candidates: readonly Candidate[]): Picked {
  const known = candidates.flatMap(({ server, figures: { uptime, sessions } }) =>
    typeof uptime !== 'number' ? [] : [{ server, uptime, sessions: sessions ?? Number.POSITIVE_INFINITY }],
  );
  const longest = Math.max(...known.map(({ uptime }) => uptime));
  const [best] = known
    .filter(({ uptime }) => longest - uptime < sameUptimeMs)
    .toSorted((a, b) => a.sessions - b.sessions);
  if (best !== undefined) return { server: best.server };
  return refused(uptimeUnknown(backend, candidates));
}

function fitUnknown(backend: BackendName, when: Condition, candidates: readonly Candidate[]): RejuvError {
  const asked = figuresIn(when);
  const missing = candidates.map(({ server, figures }) => ({
    server,
    names: asked.filter((figure) => typeof figures[figure] !== 'number'),
  }));
  if (missing.every(({ names }) => names.length === 1 && names[0] === 'uptime')) {
    return uptimeUnknown(backend, candidates);
  }
  const problem = missing
    .map(
      ({ server, names }) =>
        `${server}: ${names.length === 0 ? 'nothing to compare it with' : names.join(', ')}`,
    )
    .join('; ');
  return new RejuvError('figures-unknown', { backend, condition: writeCondition(when), problem });
}

function uptimeUnknown(backend: BackendName, candidates: readonly Candidate[]): RejuvError {
  const problems = candidates.map(({ server, uptimeProblem }) => `${server}: ${uptimeProblem ?? 'unknown'}`);
  return new RejuvError('uptime-unknown', { backend, problem: problems.join('; ') });
}

function refused(error: RejuvError): Picked {
  return { outcome: 'refused', error, server: null };
}
