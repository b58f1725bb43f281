import type { RunOutcome, Schedule } from '../domain/calendar.ts';
import type { Figures } from '../domain/condition.ts';
import { RejuvError } from '../domain/errors.ts';
import type { BackendName, ServerName } from '../domain/names.ts';
import type { Role } from '../domain/server.ts';
import { describeFigures, formatCondition, judge } from './condition.ts';

/** A server as far as a schedule asks about it. */
export interface Candidate {
  readonly server: ServerName;
  readonly role: Role;
  /** Ready on every load balancer, and not held. */
  readonly inService: boolean;
  readonly figures: Figures;
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
  const fitting = eligible.filter(({ figures }) => when === null || judge(when, figures) === 'holds');
  if (fitting.length === 0 && when !== null) {
    const unknown = eligible.filter(({ figures }) => judge(when, figures) === 'unknown');
    if (unknown.length > 0) return refused(uptimeUnknown(backend, unknown));
    const figures = eligible
      .map((one) => `${one.server} has ${describeFigures(when, one.figures)}`)
      .join('; ');
    const facts = { backend, condition: formatCondition(when), figures };
    return { outcome: 'skipped', error: new RejuvError('condition-fails', facts), server: null };
  }
  if (named !== undefined) return { server: named.server };
  return longestRunning(backend, fitting);
}

function isEligible({ role, inService }: Candidate): boolean {
  return role === 'primary' && inService;
}

function longestRunning(backend: BackendName, candidates: readonly Candidate[]): Picked {
  const known = candidates.flatMap(({ server, figures: { uptime, sessions } }) =>
    uptime === null ? [] : [{ server, uptime, sessions: sessions ?? Number.POSITIVE_INFINITY }],
  );
  const longest = Math.max(...known.map(({ uptime }) => uptime));
  const [best] = known
    .filter(({ uptime }) => longest - uptime < sameUptimeMs)
    .toSorted((a, b) => a.sessions - b.sessions);
  if (best !== undefined) return { server: best.server };
  return refused(uptimeUnknown(backend, candidates));
}

function uptimeUnknown(backend: BackendName, candidates: readonly Candidate[]): RejuvError {
  const problems = candidates.map(({ server, uptimeProblem }) => `${server}: ${uptimeProblem ?? 'unknown'}`);
  return new RejuvError('uptime-unknown', { backend, problem: problems.join('; ') });
}

function refused(error: RejuvError): Picked {
  return { outcome: 'refused', error, server: null };
}
