import { leavesOf, type Comparing, type Condition, type Leaf } from '../../domain/condition.ts';
import { compare, judge } from '../../domain/condition-verdict.ts';
import { figures, isBuiltIn } from '../../domain/figure.ts';
import { writeCondition, writeQuantity } from '../../domain/written-figure.ts';

/** One thing that the conditions ask about, with one value for each way in which their answers can differ. */
interface Unknown {
  readonly key: string;
  /** Of a trend 1 and 0: it is so or not. */
  readonly values: readonly number[];
}

/** More cases than a file's author could have thought of; of such conditions nothing is said. */
const mostCases = 50_000;

/**
 * Whether values exist for which `test` is true of the conditions' answers, taken together. Values are those that figures
 * can have: no built-in one is below 0, no share of them above 100%. Null: too many cases to tell.
 */
export function isPossible(
  conditions: readonly Condition[],
  test: (answers: readonly boolean[]) => boolean,
): boolean | null {
  const unknowns = unknownsOf(conditions.flatMap(leavesOf));
  const cases = unknowns.reduce((product, { values }) => product * values.length, 1);
  if (cases > mostCases) return null;
  for (let at = 0; at < cases; at += 1) {
    const values = new Map<string, number>();
    let rest = at;
    for (const { key, values: all } of unknowns) {
      values.set(key, all[rest % all.length] ?? 0);
      rest = Math.floor(rest / all.length);
    }
    if (test(conditions.map((condition) => answer(condition, values)))) return true;
  }
  return false;
}

/** What two conditions both ask about. */
export function haveInCommon(a: Condition, b: Condition): boolean {
  const keys = new Set(leavesOf(a).map(keyOf));
  return leavesOf(b).some((leaf) => keys.has(keyOf(leaf)));
}

function keyOf(leaf: Leaf): string {
  if (leaf.kind === 'reaches') return writeCondition(leaf);
  const { kind } = leaf.limit;
  return kind === 'number' ? writeQuantity(leaf) : `${writeQuantity(leaf)} against ${kind}`;
}

function unknownsOf(leaves: readonly Leaf[]): Unknown[] {
  const keys = [...new Set(leaves.map(keyOf))];
  return keys.map((key) => {
    const about = leaves.filter((leaf) => keyOf(leaf) === key);
    const compared = about.filter((leaf) => leaf.kind === 'compare');
    return { key, values: compared.length === 0 ? [0, 1] : valuesOf(compared) };
  });
}

/** Each limit, and one value between every two of them, below the lowest and above the highest. */
function valuesOf(leaves: readonly Comparing[]): number[] {
  const limits = [...new Set(leaves.map(limitOf))].sort((a, b) => a - b);
  const [lowest, highest] = rangeOf(leaves);
  const within = limits.filter((limit) => limit > lowest && limit < highest);
  const edges = [
    Number.isFinite(lowest) ? lowest : (within[0] ?? 0) - 1,
    ...within,
    Number.isFinite(highest) ? highest : (within.at(-1) ?? Math.max(lowest, 0)) + 1,
  ];
  const between = edges.slice(1).map((edge, index) => (edge + (edges[index] ?? edge)) / 2);
  return [...edges, ...between];
}

function limitOf({ limit }: Comparing): number {
  return limit.kind === 'number' ? limit.value : limit.times;
}

function rangeOf([first]: readonly Comparing[]): readonly [number, number] {
  if (first === undefined || !isBuiltIn(first.figure)) return [-Infinity, Infinity];
  const share = figures[first.figure].unit === 'share' && first.per === null && first.limit.kind === 'number';
  return [0, share ? 1 : Infinity];
}

function answer(condition: Condition, values: ReadonlyMap<string, number>): boolean {
  const verdict = judge(condition, (leaf) => {
    const value = values.get(keyOf(leaf)) ?? 0;
    if (leaf.kind === 'reaches') return value === 1 ? 'holds' : 'fails';
    return compare(value, leaf.comparison, limitOf(leaf));
  });
  return verdict === 'holds';
}
