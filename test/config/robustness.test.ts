import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findProblems } from '../../src/config/read-config.ts';
import { cronRules } from '../../src/io/cron.ts';
import { goodFile } from './good-file.ts';

const lines = goodFile.split('\n');
const oddities = [
  '5',
  '-1',
  '""',
  '[]',
  '{}',
  '[1, {}]',
  'null',
  '~',
  '&a x',
  '*a',
  '"\\0"',
  'true',
  'constructor',
  '?',
];

function outcome(text: string): boolean {
  const result = findProblems(text, cronRules);
  if ('settings' in result) return true;
  return (
    result.problems.length > 0 &&
    result.problems.every(({ line, column, fix }) => line > 0 && column > 0 && fix !== '')
  );
}

describe('whatever is done to a file', () => {
  it('lines lost from it end in settings or in problems with a place and a fix', () => {
    const gap = fc.tuple(fc.nat(lines.length), fc.nat(6));
    fc.assert(
      fc.property(gap, ([start, count]) => {
        expect(outcome(lines.toSpliced(start, count).join('\n'))).toBe(true);
      }),
    );
  });

  it('odd values anywhere end in settings or in problems with a place and a fix', () => {
    const change = fc.tuple(fc.nat(lines.length - 1), fc.constantFrom(...oddities));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const spoiled = changes.reduce(
          (now, [at, odd]) =>
            now.with(
              at,
              (now[at] ?? '').replace(/(: |- ).*$|:$/, (old) => `${old.slice(0, 1)} ${odd}`),
            ),
          lines,
        );
        expect(outcome(spoiled.join('\n'))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
