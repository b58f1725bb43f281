import { leavesOf, type Condition, type Figures } from '../domain/condition.ts';
import { isBuiltIn, figures as builtIn, type FigureName, type Unit } from '../domain/figure.ts';
import { writeMeasured } from '../domain/written-figure.ts';

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
