import type { AgingRule, Severity } from '../domain/aging.ts';
import { leavesOf, type Condition } from '../domain/condition.ts';
import { ruleDefaults } from './aging-fields.ts';
import { parseDuration } from './duration.ts';
import type { BackendDraft } from './fields.ts';

export type RuleDraft = BackendDraft['aging'][number];

/** The rules of a backend, in the order of the file, `unstable` first. */
export function rulesOf({ unstable, aging }: BackendDraft): AgingRule[] {
  return [...unstable.map((rule) => ruleOf('unstable', rule)), ...aging.map((rule) => ruleOf('aging', rule))];
}

function ruleOf(severity: Severity, rule: RuleDraft): AgingRule {
  const { when, samples, clears, confirm } = rule;
  return {
    severity,
    text: when.text,
    condition: when.condition,
    clears: clears?.condition ?? null,
    forMs: forOf(severity, rule),
    samples: samples ?? null,
    confirmMs: confirm,
  };
}

/** `for` as written, else its default: a single sample is no proof, a trend or an uptime needs none. */
export function forOf(severity: Severity, { when, for: written }: RuleDraft): number {
  if (written !== undefined) return written;
  return needsTime(when.condition) ? (parseDuration(ruleDefaults[severity].for) ?? 0) : 0;
}

/** Whether samples decide, and no trend over days does. */
function needsTime(condition: Condition): boolean {
  const leaves = leavesOf(condition);
  return leaves.every(({ kind }) => kind === 'compare') && leaves.some(({ figure }) => figure !== 'uptime');
}
