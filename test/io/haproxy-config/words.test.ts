import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitLine } from '../../../src/io/haproxy-config/words.ts';

function texts(line: string): string[] | null {
  return splitLine(line)?.map(({ text }) => text) ?? null;
}

describe('a line of haproxy.cfg', () => {
  it.each([
    ['    option redispatch   # a comment', ['option', 'redispatch']],
    ['server web1 10.0.0.21:8080\tcheck', ['server', 'web1', '10.0.0.21:8080', 'check']],
    ['acl a path_reg "^/a#b c"', ['acl', 'a', 'path_reg', '^/a#b c']],
    ['log-format \'%ci # "%r" \\\'', ['log-format', '%ci # "%r" \\']],
    ['set a\\ b \\#c \\x41', ['set', 'a b', '#c', 'A']],
    ['a\\o a\\"o a\\\'o a\\$o "a\\$o" \'a\\o\'', ['a\\o', 'a"o', "a'o", 'a\\$o', 'a$o', 'a\\o']],
    ['one"two"\'three\'', ['onetwothree']],
    ['empty ""', ['empty', '']],
    ['web1#check', ['web1']],
    ['', []],
    ['  # nothing but a comment', []],
    ['ends in a carriage return\r', ['ends', 'in', 'a', 'carriage', 'return']],
  ])('is split as HAProxy splits it: %s', (line, words) => {
    expect(texts(line)).toEqual(words);
  });

  it('says which word holds a variable: only in double quotes is it one', () => {
    expect(splitLine('retries "${N}" $N \'$N\' "\\$N"')).toEqual([
      { text: 'retries', known: true },
      { text: '${N}', known: false },
      { text: '$N', known: true },
      { text: '$N', known: true },
      { text: '$N', known: true },
    ]);
  });

  it('is refused when a quote does not end', () => {
    expect(splitLine('option "redispatch')).toBeNull();
    expect(splitLine("option 'redispatch")).toBeNull();
  });

  it('gives back any text that was put in single quotes, and any that was escaped', () => {
    const text = fc.string({ minLength: 1 }).filter((one) => !/[\n'\r]/.test(one));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (words) => {
        const quoted = words.map((word) => `'${word}'`).join(' ');
        expect(texts(quoted)).toEqual(words);
        const escaped = words.map((word) =>
          word.replace(/[ \t#\\"']/g, (one) => (one === '\t' ? '\\t' : `\\${one}`)),
        );
        expect(texts(escaped.join('\t'))).toEqual(words);
      }),
    );
  });
});
