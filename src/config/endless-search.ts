/** What an expression is refused for by `mayTakeForEver`, as something to do. */
export const singleSearches = 'repeat no group that holds a choice or a repetition, and refer back to none';

/**
 * A repeated group with a choice or a repetition in it makes a backtracking search try exponentially many ways; a reference
 * back is none of the expressions that Prometheus knows.
 */
export function mayTakeForEver(text: string): boolean {
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
