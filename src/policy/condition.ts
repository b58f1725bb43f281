import { leavesOf, type Comparison, type Condition, type Figures, type Leaf } from '../domain/condition.ts';
import { isBuiltIn, figures as builtIn, type FigureName, type Unit } from '../domain/figure.ts';
import { writeMeasured } from '../domain/written-figure.ts';

/** Whether a condition holds: `unknown` when what decides could not be read. */
export type Verdict = 'holds' | 'fails' | 'unknown';

/** Pure. An unknown part decides nothing: `and` still fails by another part, `or` still holds by another. */
export function judge(condition: Condition, leaf: (leaf: Leaf) => Verdict): Verdict {
  switch (condition.kind) {
    case 'compare':
    case 'reaches':
      return leaf(condition);
    case 'not': {
      const verdict = judge(condition.part, leaf);
      if (verdict === 'unknown') return 'unknown';
      return verdict === 'holds' ? 'fails' : 'holds';
    }
    case 'and':
    case 'or': {
      const decisive = condition.kind === 'and' ? 'fails' : 'holds';
      let open = false;
      for (const part of condition.parts) {
        const verdict = judge(part, leaf);
        if (verdict === decisive) return decisive;
        open ||= verdict === 'unknown';
      }
      if (open) return 'unknown';
      return condition.kind === 'and' ? 'holds' : 'fails';
    }
  }
}

/** NaN, which is no value, is unknown. */
export function compare(value: number, comparison: Comparison, limit: number): Verdict {
  if (Number.isNaN(value) || Number.isNaN(limit)) return 'unknown';
  return holds(value, comparison, limit) ? 'holds' : 'fails';
}

function holds(value: number, comparison: Comparison, limit: number): boolean {
  switch (comparison) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}

/** These figures as they are: `sessions 80, uptime 3d4h`. */
export function describeFigures(condition: Condition, asked: readonly FigureName[], known: Figures): string {
  return asked
    .map((figure) => {
      const value = known[figure] ?? null;
      return `${figure} ${value === null ? 'unknown' : writeMeasured(value, unitIn(condition, figure))}`;
    })
    .join(', ');
}

/** The unit of a figure of a condition; of one of the file's own the one in which it is compared. */
function unitIn(condition: Condition, figure: FigureName): Unit {
  if (isBuiltIn(figure)) return builtIn[figure].unit;
  for (const leaf of leavesOf(condition)) {
    if (leaf.figure !== figure) continue;
    if (leaf.kind === 'reaches') return leaf.unit;
    if (leaf.per === null && leaf.limit.kind === 'number') return leaf.limit.unit;
  }
  return 'count';
}
