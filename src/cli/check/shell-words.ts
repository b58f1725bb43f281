/**
 * The words of a shell command, when it is one plain command whose words are what they seem: no pipeline, list,
 * redirection, variable, substitution, pattern or comment. Null for anything else: what a shell would make of it is
 * not for us to guess (POSIX shell, 2.2 and 2.3).
 */
export function plainWords(command: string): string[] | null {
  const words: string[] = [];
  let rest = command.trim();
  let word: string | null = null;
  while (rest !== '') {
    const space = /^[ \t]+/.exec(rest)?.[0];
    const piece = space ?? pieceOf(rest);
    if (piece === null) return null;
    rest = rest.slice(piece.length);
    if (space === undefined) word = (word ?? '') + meaningOf(piece);
    if (word !== null && (space !== undefined || rest === '')) {
      words.push(word);
      word = null;
    }
  }
  // `NAME=value command` sets a variable first.
  return words[0] === undefined || /^\w+=/.test(words[0]) ? null : words;
}

/** Unquoted, 'quoted', "quoted without $, ` and \", or one escaped character. */
function pieceOf(rest: string): string | null {
  const found = /^(?:[\w./:=@%+,^-]+|'[^']*'|"[^"$`\\]*"|\\[^\n])/.exec(rest);
  return found?.[0] ?? null;
}

function meaningOf(piece: string): string {
  if (piece.startsWith('\\')) return piece.slice(1);
  return piece.startsWith("'") || piece.startsWith('"') ? piece.slice(1, -1) : piece;
}
