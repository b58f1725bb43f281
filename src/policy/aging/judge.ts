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
  // Written out, and not spread: ten thousand rules are judged at once.
  const { server, peers, measured, youngSince, own, forecast, before, now } = facts;
  const ruled = { server, peers, measured, youngSince, own, forecast, before, now, rule, told: [] };
  const outcome = outcomeOf(ruled, true);
  const { verdict, since, when, clears } = outcome;
  const why = when.problem === '' && clears !== null ? clears.problem : when.problem;
  return {
    rule,
    verdict,
    since,
    nextChangeAt: nextChange(outcome, ruled),
    evidence: evidenceOf(outcome, ruled),
    problem: verdict === 'unknown' ? why : null,
  };
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
function nextChange({ verdict, since, when, clears }: Outcome, facts: RuleFacts): number | null {
  const { rule, now } = facts;
  const moments = [...when.changes];
  if (verdict === 'waiting' && when.run.since !== null) moments.push(when.run.since + rule.forMs);
  if (clears !== null) moments.push(...clears.changes);
  if (moments.length > 1) moments.sort((a, b) => a - b);
  for (const at of moments) {
    if (at <= now) continue;
    // What rests on one comparison of samples is unknown once its source is stale, and needs no second look for that.
    if (
      clears === null &&
      isOneComparison(rule) &&
      verdict !== 'unknown' &&
      at !== (when.run.since ?? 0) + rule.forMs
    )
      return at;
    if (outcomeOf({ ...facts, before: { verdict, since }, now: at }, false).verdict !== verdict) return at;
  }
  return null;
}

function isOneComparison({ condition }: AgingRule): boolean {
  return condition.kind === 'compare' && condition.figure !== 'uptime';
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
