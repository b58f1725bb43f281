import type { Condition } from './condition.ts';

/** aging: rejuvenate in the next window · unstable: as soon as admission lets it. */
export type Severity = 'aging' | 'unstable';

/** One item of `aging:` or `unstable:`. */
export interface AgingRule {
  readonly severity: Severity;
  /** `when:` as it is written. */
  readonly text: string;
  readonly condition: Condition;
  /** Hysteresis: once it holds, it holds until this does; null: until `condition` fails. */
  readonly clears: Condition | null;
  /** It has to be true all this time without a break; 0: at once. */
  readonly forMs: number;
  /** It counts as true at a sample when of the last `of` samples at least `holds` are; null: when that one is. */
  readonly samples: { readonly holds: number; readonly of: number } | null;
  /** With the spare ready, it has to go on holding for so long. */
  readonly confirmMs: number;
}

/**
 * What becomes of one rule for one server. holds: it is aged · waiting: true, and not for long enough yet · fails: not
 * true · unknown: what decides is missing or stale, which blocks.
 */
export interface RuleJudgement {
  readonly rule: AgingRule;
  readonly verdict: 'holds' | 'waiting' | 'fails' | 'unknown';
  /**
   * Since when its condition is true without a break; null: it is not. Of an unknown rule: since when it held before, which
   * the next judgement needs to know; null: it did not hold.
   */
  readonly since: number | null;
  /** When the verdict could change although no sample comes; null: only a sample changes it. */
  readonly nextChangeAt: number | null;
  /**
   * The figures it rests on, for people: `memory.used 91.2%; true for 10m, 40 samples`. Written when it is asked for, out of
   * what was seen then: of ten thousand judgements hardly one is read.
   */
  readonly evidence: () => string;
  /** Why it is unknown; null otherwise. */
  readonly problem: string | null;
}

/** Why an operation with the trigger `threshold` was asked for: kept in its record, and confirmed before traffic moves. */
export interface AgedBecause {
  readonly severity: Severity;
  /** The rule, as it is written. */
  readonly rule: string;
  readonly evidence: string;
  readonly confirmMs: number;
}
