import type { AgingRule, RuleJudgement } from '../../domain/aging.ts';
import { writeCondition, writeSpan } from '../../domain/written-figure.ts';
import type { AgingFacts, RuleFacts } from './facts.ts';
import { lookAt, type Look } from './look.ts';

/** What becomes of a rule at one moment. */
interface Outcome {
  readonly verdict: RuleJudgement['verdict'];
  readonly since: number | null;
  readonly when: Look;
  /** Looked at only where it decides. */
  readonly clears: Look | null;
}

/**
 * What becomes of one rule for one server. Pure: it reads the samples back from `now`, only as far as they decide.
 * `facts.before` has to be the judgement of the same rule before, or null.
 */
export function judgeRule(rule: AgingRule, facts: AgingFacts): RuleJudgement {
  const ruled = { ...facts, rule, told: new Map() };
  const outcome = outcomeOf(ruled, true);
  const { verdict, since, when, clears } = outcome;
  const judged = {
    ...{ rule, verdict, since },
    evidence: evidenceOf(outcome, ruled),
    problem: verdict === 'unknown' ? (when.problem === '' ? (clears?.problem ?? '') : when.problem) : null,
  };
  return { ...judged, nextChangeAt: nextChange(outcome, ruled, { ...judged, nextChangeAt: null }) };
}

function outcomeOf(facts: RuleFacts, inWords: boolean): Outcome {
  const { rule, now } = facts;
  const held = heldSince(facts);
  const when = lookAt(rule.condition, facts, inWords);
  if (when.verdict === 'unknown') return { verdict: 'unknown', since: held, when, clears: null };
  if (when.verdict === 'holds') {
    const { since } = when.run;
    const verdict = held !== null || isCovered(when, rule.forMs, now) ? 'holds' : 'waiting';
    return { verdict, since, when, clears: null };
  }
  if (held === null || rule.clears === null) return { verdict: 'fails', since: null, when, clears: null };
  const clears = lookAt(rule.clears, facts, inWords);
  const verdict = clears.verdict === 'unknown' ? 'unknown' : clears.verdict === 'holds' ? 'fails' : 'holds';
  return { verdict, since: verdict === 'fails' ? null : held, when, clears };
}

/** Since when it has held up to now, in the life that the server is in; null: it has not. */
function heldSince({ before, youngSince }: RuleFacts): number | null {
  if (before === null || before.since === null) return null;
  if (before.verdict !== 'holds' && before.verdict !== 'unknown') return null;
  return youngSince !== null && before.since < youngSince ? null : before.since;
}

/** True for long enough: the run reaches back over the whole time, and has at least two samples in it. */
function isCovered({ run, sampled }: Look, forMs: number, now: number): boolean {
  if (forMs === 0) return true;
  if (run.since === null || now - run.since < forMs) return false;
  return !sampled || (run.secondAt !== null && run.secondAt >= now - forMs);
}

/** The first moment at which the same samples lead to another verdict; null: none does. */
function nextChange(
  { verdict, when, clears }: Outcome,
  facts: RuleFacts,
  before: RuleJudgement,
): number | null {
  const { rule, now } = facts;
  const covered = verdict === 'waiting' && when.run.since !== null ? [when.run.since + rule.forMs] : [];
  const moments = [...when.changes, ...(clears?.changes ?? []), ...covered]
    .filter((at) => at > now)
    .sort((a, b) => a - b);
  return moments.find((at) => outcomeOf({ ...facts, before, now: at }, false).verdict !== verdict) ?? null;
}

function evidenceOf({ verdict, since, when, clears }: Outcome, { rule, now }: RuleFacts): string {
  const { values, run } = when;
  const lasted = since === null ? '' : writeSpan(now - since);
  const many =
    run.some === null ? counted(run.samples) : `${run.some.holds} of the last ${run.some.of} samples`;
  switch (verdict) {
    case 'unknown':
    case 'fails':
      return run.some === null ? values : `${values}; true at ${many}`;
    case 'waiting':
      return `${values}; true for ${lasted} of ${writeSpan(rule.forMs)}${many === '' ? '' : `, ${many}`}`;
    case 'holds':
      return clears === null
        ? `${values}; true for ${lasted}${many === '' ? '' : `, ${many}`}`
        : `${values}; held for ${lasted}, until ${rule.clears === null ? '' : writeCondition(rule.clears)}`;
  }
}

function counted(samples: number): string {
  return samples === 0 ? '' : samples === 1 ? '1 sample' : `${samples} samples`;
}
