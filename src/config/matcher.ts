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
      right: 'repeat no group that holds a choice or a repetition, and refer back to none',
    };
  }
  return { value: text };
}

/**
 * A repeated group with a choice or a repetition in it makes a backtracking search try exponentially many ways; a reference
 * back is none of the expressions that Prometheus knows.
 */
function mayTakeForEver(text: string): boolean {
  const plain = text.replace(/\[(?:\\.|[^\]\\])*\]/gs, 'x');
  if (/\\(?:[1-9]|k<)/.test(plain)) return true;
  const open: boolean[] = [];
  const bare = plain.replace(/\\./gs, 'x').replace(/\{(?:address|port|server|backend)\}/g, 'x');
  for (let index = 0; index < bare.length; index += 1) {
    const letter = bare[index] ?? '';
    if (letter === '(') open.push(false);
    else if (letter === ')') {
      const branches = open.pop() ?? false;
      const repeated = /^(?:[*+]|\{\d+(?:,\d*)?\})/.test(bare.slice(index + 1));
      if (repeated && branches) return true;
      if (open.length > 0 && (branches || repeated)) open[open.length - 1] = true;
    } else if (open.length > 0 && (letter === '|' || letter === '*' || letter === '+' || letter === '{')) {
      open[open.length - 1] = true;
    }
  }
  return false;
}

export const matcher = textKind(readMatcher, { title: 'regular expression', right });
