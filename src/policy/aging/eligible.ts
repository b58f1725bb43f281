import type { AgedBecause, AgingRule, RuleJudgement } from '../../domain/aging.ts';
import { sameServer, type ServerId } from '../../domain/names.ts';
import type { Operation } from '../../domain/operation.ts';
import { serverRecord, type Aged, type Records } from '../../domain/records.ts';

/** A server that measured aging would have rejuvenated. */
export interface Eligible {
  readonly server: ServerId;
  readonly because: AgedBecause;
  readonly since: number;
  /** It was tried and did not get through: not before this instant. Null: at once. */
  readonly notBefore: number | null;
}

/**
 * The servers that are aged by a rule that can be seen to hold, the most urgent first: unstable before aging, and the one
 * that is so for longest. Pure.
 */
export function eligibleServers(
  records: Records,
  judged: ReadonlyMap<ServerId, readonly RuleJudgement[]>,
): Eligible[] {
  const found = [...judged].flatMap(([server, judgements]): Eligible[] => {
    const aged = worst(serverRecord(records, server).aged);
    const now = judgements.find(({ rule }) => rule.severity === aged?.severity && rule.text === aged.rule);
    if (aged === undefined || now?.verdict !== 'holds') return [];
    const because = becauseOf(now.rule, now.evidence());
    const notBefore = triedAgainAt(records, server, aged);
    return [{ server, because, since: aged.since, notBefore }];
  });
  return found.toSorted((a, b) => rank(a.because) - rank(b.because) || a.since - b.since);
}

function becauseOf({ severity, text, confirmMs }: AgingRule, evidence: string): AgedBecause {
  return { severity, rule: text, evidence, confirmMs };
}

/** The rule that a server is rejuvenated by: an unstable one before an aging one, the oldest of them. */
function worst(aged: readonly Aged[]): Aged | undefined {
  return aged.toSorted((a, b) => rank(a) - rank(b) || a.since - b.since)[0];
}

function rank({ severity }: Pick<AgedBecause, 'severity'>): number {
  return severity === 'unstable' ? 0 : 1;
}

const firstPauseMs = 10 * 60_000;
const longestPauseMs = 6 * 3_600_000;

/**
 * After a try that did not get through, the next one waits for ten minutes, and twice as long after each further one; what a
 * person has stopped waits for the longest of them at once. Null: there was no such try since the rule holds.
 */
function triedAgainAt(records: Records, server: ServerId, { since }: Aged): number | null {
  const tries = records.operations.filter(
    (one) => one.trigger === 'threshold' && one.startedAt >= since && sameServer(one, server),
  );
  const last = tries.at(-1);
  if (last === undefined || last.phase === 'completed') return null;
  if (last.endedAt === null) return Infinity;
  const pauseMs = stoppedByPerson(last) ? longestPauseMs : firstPauseMs * 2 ** (tries.length - 1);
  return last.endedAt + Math.min(longestPauseMs, pauseMs);
}

function stoppedByPerson({ cause }: Operation): boolean {
  return cause?.code === 'aborted';
}
