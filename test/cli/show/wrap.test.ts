import { describe, expect, it } from 'vitest';
import { wrap } from '../../../src/cli/show/wrap.ts';

describe('a long sentence', () => {
  it('is broken between words, and goes on below its beginning', () => {
    expect(wrap('one two three four', 10, 2, 2)).toEqual(['  one two', '    three', '    four']);
  });

  it('keeps a word whole that is longer than a line, and does not count colours', () => {
    expect(wrap('a-very-long-word b', 5)).toEqual(['a-very-long-word', 'b']);
    expect(wrap('\u001B[31mred\u001B[39m two', 7)).toEqual(['\u001B[31mred\u001B[39m two']);
  });

  it('is one line where nobody reads it', () => {
    expect(wrap('one two three four', null, 2, 2)).toEqual(['  one two three four']);
  });
});
