import type { RuleJudgement } from '../../domain/aging.ts';
import type { Look } from './look.ts';

/** What becomes of a rule at one moment. */
export interface Outcome {
  readonly verdict: RuleJudgement['verdict'];
  readonly since: number | null;
  readonly when: Look;
  /** Looked at only where it decides. */
  readonly clears: Look | null;
}
