import type { AgingRule, RuleJudgement } from '../../domain/aging.ts';
import type { OwnFigure } from '../../domain/figure.ts';
import type { ServerId } from '../../domain/names.ts';
import type { Measurements } from '../../domain/sample.ts';

/** What a rule is judged by. */
export interface RuleFacts {
  readonly server: ServerId;
  readonly peers: readonly ServerId[];
  readonly measured: Measurements;
  readonly youngSince: number | null;
  readonly own: readonly OwnFigure[];
  readonly before: RuleJudgement | null;
  readonly now: number;
}

export function judgeRule(rule: AgingRule, facts: RuleFacts): RuleJudgement {
  throw new Error(`stand-in until the real one is merged: ${rule.text} ${facts.now}`);
}
