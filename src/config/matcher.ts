import { mayTakeForEver, singleSearches } from './endless-search.ts';
import { textKind, type Reading } from './text-kind.ts';

const right = 'write a regular expression for the whole value, such as page|critical';
const known = ['address', 'port', 'server', 'backend'];

/** Reads the anchored regular expression of a label, with placeholders. */
export function readMatcher(text: string): Reading<string> {
  const unknown = [...text.matchAll(/\{([a-z]+)\}/gi)]
    .map((match) => match[1] ?? '')
    .find((name) => !known.includes(name));
  if (unknown !== undefined) {
    return {
      wrong: `where {${unknown}} is not a placeholder`,
      right: 'the placeholders are {address}, {port}, {server}, {backend}',
    };
  }
  try {
    // By itself, so that no bracket closes the ones that are put around it.
    new RegExp(
      text.replace(/\{(\w+)\}/g, (whole, name: string) => (known.includes(name) ? 'x' : whole)),
      's',
    );
  } catch {
    return { wrong: 'which is not a regular expression', right };
  }
  if (mayTakeForEver(text)) {
    return {
      wrong: 'which could take for ever on some values',
      right: singleSearches,
    };
  }
  return { value: text };
}

export const matcher = textKind(readMatcher, { title: 'regular expression', right });
