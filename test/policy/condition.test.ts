import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leavesOf, type Condition, type Leaf } from '../../src/domain/condition.ts';
import { judge, type Verdict } from '../../src/domain/condition-verdict.ts';
import { condition } from './aging/measured.ts';

const { any } = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('load > 1', 'load > 2', 'queue > 3', 'threads > 4'),
    tie('any').map((inner) => `not (${inner})`),
    fc
      .tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any'))
      .map(([a, join, b]) => `(${a}) ${join} (${b})`),
  ),
}));
const answers = fc.infiniteStream(fc.constantFrom<Verdict>('holds', 'fails', 'unknown'));

function answered(of: Condition, stream: Iterator<Verdict>): (leaf: Leaf) => Verdict {
  const known = new Map(leavesOf(of).map((leaf) => [leaf, stream.next().value as Verdict]));
  return (leaf) => known.get(leaf) ?? 'unknown';
}

describe('what is unknown in a condition', () => {
  it('decides nothing: once it is known, what was decided stays', () => {
    fc.assert(
      fc.property(any, answers, fc.infiniteStream(fc.boolean()), (text, stream, later) => {
        const one = condition(text);
        const first = answered(one, stream);
        const verdict = judge(one, first);
        const filled = new Map<Leaf, Verdict>(
          leavesOf(one).map((leaf) => {
            const before = first(leaf);
            return [leaf, before !== 'unknown' ? before : later.next().value === true ? 'holds' : 'fails'];
          }),
        );
        const after = judge(one, (leaf) => filled.get(leaf) ?? 'unknown');
        expect(after).not.toBe('unknown');
        if (verdict !== 'unknown') expect(after).toBe(verdict);
      }),
    );
  });

  it('is the same said with not, and and or turned round', () => {
    fc.assert(
      fc.property(any, any, answers, (a, b, stream) => {
        const left = condition(`not ((${a}) and (${b}))`);
        const right = condition(`(not (${a})) or (not (${b}))`);
        const values = leavesOf(left).map(() => stream.next().value as Verdict);
        const by = (of: Condition) => {
          const leaves = leavesOf(of);
          return (leaf: Leaf): Verdict => values[leaves.indexOf(leaf)] ?? 'unknown';
        };
        expect(judge(left, by(left))).toBe(judge(right, by(right)));
      }),
    );
  });
});
