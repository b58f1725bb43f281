import { leavesOf, type Condition, type Leaf } from '../../domain/condition.ts';
import { figures, quotientUnit, unitOf, type FigureName, type Unit } from '../../domain/figure.ts';
import { figuresGiven, givenByItself, ownFigures, type SourceSettings } from '../../domain/sources.ts';
import { writeQuantity } from '../../domain/written-figure.ts';
import { nearestName } from '../nearest-name.ts';
import { written } from '../value.ts';

/** What is wrong with a part of a condition, to go on from the condition; and what would be right. */
interface Wrong {
  readonly wrong: string;
  readonly right: string;
}

/** What does not fit between a condition and the figures that the sources of its backend give: one per comparison. */
export function figureProblems(condition: Condition, sources: readonly SourceSettings[]): Wrong[] {
  return leavesOf(condition).flatMap((leaf) => {
    const problem = problemOf(leaf, sources);
    return problem === null ? [] : [problem];
  });
}

function problemOf(leaf: Leaf, sources: readonly SourceSettings[]): Wrong | null {
  const unit = unitOf(leaf.figure, ownFigures(sources));
  if (unit === null) return unknown(leaf.figure, sources);
  const per = leaf.kind === 'compare' ? leaf.per : null;
  const perUnit = per === null ? null : unitOf(per, ownFigures(sources));
  if (per !== null && perUnit === null) return unknown(per, sources);
  return (
    ungiven(leaf.figure, sources) ??
    (per === null ? null : ungiven(per, sources)) ??
    uptimeProblem(leaf) ??
    (per === null || perUnit === null ? null : perProblem(per, perUnit)) ??
    valueProblem(leaf, perUnit === null ? unit : quotientUnit(unit, perUnit))
  );
}

function unknown(figure: FigureName, sources: readonly SourceSettings[]): Wrong {
  const given = [...figuresGiven(sources)];
  const near = nearestName(figure, [...new Set([...given, ...Object.keys(figures)])]);
  return {
    wrong: `where ${JSON.stringify(figure)} is not a figure`,
    right: near === null ? `the figures of this backend are ${given.join(', ')}` : `write \`${near}\``,
  };
}

const exporter = '{ exporter: "http://{address}:9100/metrics" }';
function ungiven(figure: FigureName, sources: readonly SourceSettings[]): Wrong | null {
  if (figuresGiven(sources).has(figure)) return null;
  const byItself: readonly FigureName[] = givenByItself.exporter;
  const right = byItself.includes(figure)
    ? `add one under \`sources:\`, such as \`node: ${exporter}\``
    : `name it under the \`metrics:\` of one of the \`sources:\``;
  return { wrong: `where no source of the backend gives ${figure}`, right };
}

/** It is no sample: it grows by itself, as fast on every server. */
function uptimeProblem(leaf: Leaf): Wrong | null {
  if (leaf.figure !== 'uptime') return null;
  if (leaf.kind === 'compare' && leaf.per === null && leaf.limit.kind === 'number') return null;
  return {
    wrong: 'where uptime is more than compared with a duration',
    right: 'write such as `uptime > 7d`',
  };
}

function perProblem(per: FigureName, unit: Unit): Wrong | null {
  if (unit === 'count' || unit === 'per-second') return null;
  return {
    wrong: `where ${per} is ${written[unit].is}, and nothing is counted per such`,
    right: 'write such as `per requests.rate` or `per sessions`',
  };
}

function valueProblem(leaf: Leaf, unit: Unit): Wrong | null {
  if (leaf.kind === 'compare' && leaf.limit.kind !== 'number') return null;
  const limit =
    leaf.kind === 'reaches' ? { value: leaf.limit, unit: leaf.unit } : { value: 0, unit, ...leaf.limit };
  // Nothing is nothing in every unit.
  if (limit.unit === unit || limit.value === 0) return null;
  const quantity = leaf.kind === 'reaches' ? leaf.figure : writeQuantity(leaf);
  const example = leaf.figure === 'uptime' ? '7d' : written[unit].example;
  const use =
    leaf.kind === 'compare'
      ? `${quantity} ${leaf.comparison} ${example}`
      : `${quantity} ${leaf.direction === 'up' ? 'reaches' : 'falls to'} ${example} within 24h`;
  return {
    wrong: `where ${quantity} is ${written[unit].is}, and is compared with ${written[limit.unit].is}`,
    right: `write such as \`${use}\``,
  };
}
