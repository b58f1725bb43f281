import { stripVTControlCharacters } from 'node:util';

/**
 * A sentence as lines of at most `width` characters, each with `indent` spaces before it, and those after the first with
 * `hanging` more. Without a width it is one line. A word that is longer than a line stays whole.
 */
export function wrap(text: string, width: number | null, indent = 0, hanging = 0): string[] {
  if (width === null) return [' '.repeat(indent) + text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const before = indent + (lines.length === 0 ? 0 : hanging);
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || before + stripVTControlCharacters(longer).length <= width) {
      line = longer;
      continue;
    }
    lines.push(' '.repeat(before) + line);
    line = word;
  }
  lines.push(' '.repeat(indent + (lines.length === 0 ? 0 : hanging)) + line);
  return lines;
}
