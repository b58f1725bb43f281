import { posix } from 'node:path';

/** Options of HAProxy that take the next word (management guide, section 3). */
const withValue = new Set(['-L', '-p', '-n', '-N', '-m', '-x', '-S', '-C']);

/** The files and directories of configuration that a HAProxy was started with, as written, in order. */
export interface Started {
  readonly paths: readonly string[];
  /** `-C`: it goes there before it reads them. */
  readonly directory: string | null;
}

/** Reads the words of a command line, the program first. */
export function readCommandLine(words: readonly string[]): Started {
  const paths: string[] = [];
  let directory: string | null = null;
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') {
      paths.push(...words.slice(at + 1));
      break;
    }
    const next = words[at + 1];
    if (word === '-f' && next !== undefined) paths.push(next);
    if (word === '-C') directory = next ?? null;
    if (word === '-f' || withValue.has(word)) at += 1;
    // The pids after -sf and -st need no rule of their own: they are no options.
  }
  return { paths, directory };
}

/** Absolute paths; null when one is relative to a directory that is not known. */
export function absolutePaths({ paths, directory }: Started, startedIn: string | null): string[] | null {
  const base =
    directory === null ? startedIn : startedIn === null ? directory : posix.resolve(startedIn, directory);
  const absolute = paths.map((path) =>
    posix.isAbsolute(path) ? path : base === null || !posix.isAbsolute(base) ? null : posix.join(base, path),
  );
  return absolute.every((path) => path !== null) ? absolute : null;
}
