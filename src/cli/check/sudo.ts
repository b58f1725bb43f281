/** A command through sudo: what sudo is asked to run, and as whom. */
export interface SudoCommand {
  /** `-u`; null: root. */
  readonly user: string | null;
  readonly words: readonly string[];
}

/** Reads `sudo …` in the plain forms whose meaning is sure; null for any other. The first word is `sudo`. */
export function readSudo(words: readonly string[]): SudoCommand | null {
  let user: string | null = null;
  let at = 1;
  for (; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') {
      at += 1;
      break;
    }
    if (!word.startsWith('-')) break;
    const joined = /^(?:--user=|-u)(.+)$/.exec(word)?.[1];
    if (joined !== undefined) user = joined;
    else if (word === '-u' || word === '--user') {
      at += 1;
      user = words[at] ?? null;
    } else if (word !== '-n' && word !== '--non-interactive') return null;
  }
  const command = words.slice(at);
  // `sudo NAME=value command` sets a variable, which needs a right of its own.
  if (command[0] === undefined || /^\w+=/.test(command[0])) return null;
  return { user, words: command };
}

/** One entry of `sudo -ll`. */
interface Entry {
  readonly runAs: readonly string[];
  /** Null: neither said, so the default counts. */
  readonly authenticate: boolean | null;
  readonly commands: readonly string[];
}

/**
 * Whether sudo would run a command that it allows without a password, from the listing of `sudo -n -ll`:
 * `sudo -l COMMAND` alone says yes to commands that need one. `allowed` is the full path with its words as sudo gave
 * it. Null: the listing does not tell.
 */
export function needsPassword(listing: string, { user }: SudoCommand, allowed: string): boolean | null {
  const usual = !/^Matching Defaults entries[^\n]*\n(?:[^\n]*[ ,])?!authenticate/m.test(listing);
  const entries = entriesOf(listing);
  const answers = entries.map((entry) => entry.authenticate ?? usual);
  if (answers.length === 0) return null;
  // Where all entries agree it does not matter which of them it is.
  if (answers.every((answer) => answer === answers[0])) return answers[0] ?? null;
  const runAs = user ?? 'root';
  const matching = entries.filter(
    (entry) =>
      (entry.runAs.length === 0 || entry.runAs.includes(runAs) || entry.runAs.includes('ALL')) &&
      entry.commands.some((command) => matches(command, allowed)),
  );
  // Of several the last one counts (sudoers, "SUDOERS FILE FORMAT").
  const last = matching.at(-1);
  return last === undefined ? null : (last.authenticate ?? usual);
}

function entriesOf(listing: string): Entry[] {
  const [, ...blocks] = listing.split(/^Sudoers entry:.*$/m);
  return blocks.map((block) => {
    const field = (name: string): string[] =>
      (new RegExp(`^ +${name}: (.*)$`, 'm').exec(block)?.[1] ?? '').split(/, */).filter((one) => one !== '');
    const options = field('Options');
    const commands = (block.split(/^ +Commands:$/m)[1] ?? '').split('\n').map((line) => line.trim());
    return {
      runAs: field('RunAsUsers'),
      authenticate: options.includes('!authenticate')
        ? false
        : options.includes('authenticate')
          ? true
          : null,
      commands: commands.filter((command) => command !== ''),
    };
  });
}

/** A command of sudoers, with its patterns, against a full command line. */
function matches(pattern: string, allowed: string): boolean {
  if (pattern === 'ALL') return true;
  if (pattern.startsWith('!')) return false;
  const [path = '', ...words] = pattern.split(' ');
  if (words.join(' ') === '""') return allowed === path;
  const expression =
    words.length === 0 ? `${globOf(path)}(?: .*)?` : `${globOf(path)} ${globOf(words.join(' '))}`;
  return new RegExp(`^${expression}$`, 's').test(allowed);
}

function globOf(pattern: string): string {
  return pattern.replace(/\\(.)|[.+^${}()|[\]\\*?]/gs, (char, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped.replace(/[.+^${}()|[\]\\*?]/, '\\$&');
    return char === '*' ? '.*' : char === '?' ? '.' : `\\${char}`;
  });
}
