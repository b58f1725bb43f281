import type { Comparison, Condition, Leaf } from './condition.ts';

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
