import { describe, expect, it } from 'vitest';
import { findProblems } from '../../src/config/read-config.ts';
import { cronRules } from '../../src/io/cron.ts';
import { spoil } from './good-file.ts';

/** What is replaced, by what (‸ is where the problem must point), and the whole sentence. */
const cases: readonly (readonly [string, string, string])[] = [
  [
    'poll: 2s',
    `poll: 2s
‸poll: 3s`,
    '`poll` is there twice; keep one of the two, or give it another name',
  ],
  ['  deadline: 10m', '‸\tdeadline: 10m', 'a tab is used to indent; indent with spaces'],
  [
    `privateKey: /etc/rejuv/key
poll`,
    `privateKey: [/etc
‸poll`,
    'not valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]; correct the indentation, brackets or quotes; a text with [ ] { } # : or * in it goes into quotes',
  ],
  ['poll: 2s', 'poll: ‸!every 2s', 'not YAML as rejuv reads it: unresolved tag: !every; remove the tag'],
  [
    'poll: 2s',
    'poll: ‸*usual',
    'there is no anchor &usual before this; define the anchor first, or write the value out',
  ],
  [
    'poll: 2s',
    `poll: 2s
‸---
more: 1`,
    'a second YAML document begins here; put everything into one, without `---`',
  ],
  ['poll: 2s', '‸__proto__: 2s', '`__proto__` cannot be a name; choose another name'],
];

describe('a text that is not good YAML', () => {
  it.each(cases)('refuses, instead of %j: %j', (from, to, sentence) => {
    const { text, line, column } = spoil(from, to);
    const result = findProblems(text, cronRules);
    const problems = 'problems' in result ? result.problems : [];
    expect(
      problems.map((problem) => [problem.line, problem.column, `${problem.message}; ${problem.fix}`]),
    ).toEqual([[line, column, sentence]]);
  });
});
