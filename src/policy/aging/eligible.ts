import type { AgedBecause, AgingRule, RuleJudgement } from '../../domain/aging.ts';
import { sameServer, type ServerId } from '../../domain/names.ts';
import type { Operation } from '../../domain/operation.ts';
import { serverRecord, type Records } from '../../domain/records.ts';

/** A server that measured aging would have rejuvenated. */
export interface Eligible {
  readonly server: ServerId;
  readonly because: AgedBecause;
  readonly since: number;
  /** It was tried lately: not before this instant. Null: at once. */
  readonly notBefore: number | null;
  /** Why that try did not get through; null: it did, or there was none. */
  readonly problem: string | null;
}

/**
 * The servers that are aged by a rule that can be seen to hold, the most urgent first: unstable before aging, and the one
 * that is so for longest. Pure.
 */
export function eligibleServers(
  records: Records,
  judged: ReadonlyMap<ServerId, readonly RuleJudgement[]>,
  now: number,
): Eligible[] {
  const found = [...judged].flatMap(([server, judgements]): Eligible[] => {
    const { aged } = serverRecord(records, server);
    const [worst] = aged
      .flatMap(({ severity, rule, since }) => {
        const seen = judgements.find((one) => one.rule.severity === severity && one.rule.text === rule);
        return seen?.verdict === 'holds' ? [{ because: becauseOf(seen.rule, seen.evidence()), since }] : [];
      })
      .toSorted(byUrgency);
    return worst === undefined ? [] : [{ server, ...worst, ...triedBefore(records, server, worst, now) }];
  });
  return found.toSorted(byUrgency);
}

function becauseOf({ severity, text, confirmMs }: AgingRule, evidence: string): AgedBecause {
  return { severity, rule: text, evidence, confirmMs };
}

type Urgent = Pick<Eligible, 'because' | 'since'>;

function byUrgency(a: Urgent, b: Urgent): number {
  return rank(a.because) - rank(b.because) || a.since - b.since;
}

function rank({ severity }: Pick<AgedBecause, 'severity'>): number {
  return severity === 'unstable' ? 0 : 1;
}

const firstPauseMs = 10 * 60_000;
const longestPauseMs = 6 * 3_600_000;
/** What was rejuvenated and is aged again may be a fast leak; or no leak at all, and then it would go on for ever. */
const longestRestMs = 3_600_000;
const rememberedMs = 24 * 3_600_000;

/**
 * After a try that did not get through, the next one waits for ten minutes, and twice as long after each further one; what a
 * person has stopped waits for the longest of them at once. That a rule fails for a moment in between changes nothing,
 * or a server that goes up and down would wake its spare for ever. One that got through is followed by a rest.
 */
function triedBefore(
  records: Records,
  server: ServerId,
  { because }: Urgent,
  now: number,
): Pick<Eligible, 'notBefore' | 'problem'> {
  const tries = records.operations.filter(
    (one) =>
      one.trigger === 'threshold' &&
      one.because !== null &&
      rank(one.because) <= rank(because) &&
      sameServer(one, server) &&
      // What ended in the future did so by a wrong clock.
      (one.endedAt === null || (one.endedAt <= now && now - one.endedAt < rememberedMs)),
  );
  const last = tries.at(-1);
  if (last === undefined) return { notBefore: null, problem: null };
  if (last.endedAt === null) return { notBefore: Infinity, problem: null };
  const passed = (one: Operation): boolean => one.phase === 'completed';
  const failures = tries.length - 1 - tries.findLastIndex(passed);
  const doubled = (count: number): number => firstPauseMs * 2 ** (count - 1);
  const pauseMs = passed(last)
    ? Math.min(longestRestMs, doubled(tries.filter(passed).length))
    : stoppedByPerson(last)
      ? longestPauseMs
      : Math.min(longestPauseMs, doubled(failures));
  const notBefore = last.endedAt + pauseMs;
  return notBefore <= now ? { notBefore: null, problem: null } : { notBefore, problem: problemOf(last) };
}

function stoppedByPerson({ cause }: Operation): boolean {
  return cause?.code === 'aborted';
}

/** What a person stopped, or was called off, is as it was meant. */
function problemOf({ cause }: Operation): string | null {
  return cause?.end === 'called-off' || cause?.code === 'aborted' ? null : (cause?.reason ?? null);
}
