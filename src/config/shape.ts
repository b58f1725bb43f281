import type { z } from 'zod';
import { fields } from './fields.ts';
import { formatPath, type Finding } from './problem.ts';
import { salvage, type Salvage } from './salvage.ts';
import { keysOf, valueAt, wording } from './wording.ts';

/** Second stage: what the table of fields says about a tree. */
export interface Shape extends Salvage {
  readonly findings: readonly Finding[];
}

/** Checks a tree against the table of fields; reads its texts and fills in its defaults. */
export function checkShape(tree: unknown): Shape {
  const result = fields.safeParse(tree);
  if (result.success) return { findings: [], draft: result.data, broken: [] };
  const { issues } = result.error;
  const findings = withoutEchoes(issues).flatMap((issue) =>
    wording(issue, keysOf(issue), valueAt(tree, keysOf(issue))),
  );
  return { findings, ...salvage(tree, issues) };
}

/** A mistyped key is enough said about its section. */
function withoutEchoes(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const mistyped = new Set(
    issues.filter(({ code }) => code === 'unrecognized_keys').map((issue) => formatPath(keysOf(issue))),
  );
  return issues.filter((issue) => issue.code !== 'custom' || !mistyped.has(formatPath(keysOf(issue))));
}
