import type { AgingRule, RuleJudgement } from '../../domain/aging.ts';
import type { RuleFacts, ServerFacts, SharedFacts } from './facts.ts';
import { glassOf, Sight, type Glass, type Look } from './look.ts';
import { evidenceOf } from './evidence.ts';
import type { Outcome } from './outcome.ts';

/** Judges one rule for one server after the other. `before` has to be the judgement of the same rule before, or null. */
export type RuleJudge = (server: ServerFacts) => RuleJudgement;

/**
 * What becomes of one rule, for every server of a backend at one moment. Pure: it reads the samples back from `now`, only as
 * far as they decide. Good until the next sample comes; a judgement does not change by then, and its evidence neither.
 */
export function ruleJudge(rule: AgingRule, shared: SharedFacts): RuleJudge {
  const facts: RuleFacts = { ...shared, rule };
  const when = glassOf(rule.condition, facts);
  const clears = rule.clears === null ? null : glassOf(rule.clears, facts);
  const single = rule.condition.kind === 'compare' && rule.condition.figure !== 'uptime';
  return (server) => new Case(facts, when, clears, single, server).judgement();
}

/** The same for one server alone. */
export function judgeRule(rule: AgingRule, facts: SharedFacts & ServerFacts): RuleJudgement {
  return ruleJudge(rule, facts)(facts);
}

/** One rule for one server. */
class Case {
  private readonly rule: AgingRule;
  private readonly facts: RuleFacts;
  private readonly server: ServerFacts;
  private readonly when: Sight;
  private readonly clears: Glass | null;
  private readonly single: boolean;
  private clearing: Sight | null = null;

  constructor(facts: RuleFacts, when: Glass, clears: Glass | null, single: boolean, server: ServerFacts) {
    this.rule = facts.rule;
    this.facts = facts;
    this.server = server;
    this.when = new Sight(when, server.life);
    this.clears = clears;
    this.single = single;
  }

  judgement(): RuleJudgement {
    const { rule, facts, server } = this;
    const { now } = server;
    const held = heldSince(server);
    const outcome = this.outcomeAt(now, held, true);
    const { verdict, since, when, clears } = outcome;
    const why = when.problem === '' && clears !== null ? clears.problem : when.problem;
    return {
      rule,
      verdict,
      since,
      nextChangeAt: this.nextChange(outcome),
      evidence: () => evidenceOf(outcome, facts, now),
      problem: verdict === 'unknown' ? why : null,
    };
  }

  /** `held`: since when it has held up to then; null: it has not. */
  private outcomeAt(now: number, held: number | null, inWords: boolean): Outcome {
    const { rule, clears } = this;
    const when = this.when.look(now, inWords);
    if (when.verdict === 'unknown') return { verdict: 'unknown', since: held, when, clears: null };
    if (when.verdict === 'holds') {
      const { since } = when.run;
      const verdict = held !== null || isCovered(when, rule.forMs, now) ? 'holds' : 'waiting';
      return { verdict, since, when, clears: null };
    }
    if (held === null || clears === null) return { verdict: 'fails', since: null, when, clears: null };
    this.clearing ??= new Sight(clears, this.server.life);
    const over = this.clearing.look(now, inWords);
    const verdict = over.verdict === 'unknown' ? 'unknown' : over.verdict === 'holds' ? 'fails' : 'holds';
    return { verdict, since: verdict === 'fails' ? null : held, when, clears: over };
  }

  /** The first moment at which the same samples lead to another verdict; null: none does. */
  private nextChange({ verdict, since, when, clears }: Outcome): number | null {
    const { rule, server, single } = this;
    const { now } = server;
    const passes = verdict === 'waiting' && when.run.since !== null ? when.run.since + rule.forMs : null;
    // What rests on one comparison of samples is unknown once its source is stale, and needs no second look for that.
    const surely = single && clears === null && verdict !== 'unknown';
    if (surely && passes === null) return firstAfter(now, when.changes);
    const held = heldSince({ life: server.life, before: { verdict, since }, now });
    const moments = [...when.changes, ...(passes === null ? [] : [passes]), ...(clears?.changes ?? [])];
    if (moments.length > 1) moments.sort((a, b) => a - b);
    for (const at of moments) {
      if (at <= now) continue;
      if (surely && at !== passes) return at;
      if (this.outcomeAt(at, held, false).verdict !== verdict) return at;
    }
    return null;
  }
}

function firstAfter(now: number, moments: readonly number[]): number | null {
  let first = Infinity;
  for (const at of moments) if (at > now && at < first) first = at;
  return first === Infinity ? null : first;
}

/** Since when it has held up to now, in the life that the server is in; null: it has not. */
function heldSince({ before, life: { youngSince } }: ServerFacts): number | null {
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
