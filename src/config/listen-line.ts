import { readFile } from 'node:fs/promises';

/**
 * The absolute path in a config file's own line `listen: /path`, without reading the rest: the YAML parser and the
 * table of fields take longer to load than a running sidecar takes to answer. Null where it takes more than a look
 * to tell: no such line or two, a section, quotes, an anchor, a file that cannot be read. Where the file is valid,
 * this is what `loadConfig` says too.
 */
export async function readListenLine(path: string): Promise<string | null> {
  return await readFile(path, 'utf8').then(listenLineOf, () => null);
}

/** A line that begins in the first column is a key of the outermost section; inside of anything else it is indented. */
export function listenLineOf(text: string): string | null {
  const [found, ...more] = text.matchAll(/^listen[^\n]*/gm);
  if (found === undefined || more.length > 0) return null;
  // A text may go on in the next line, if that is indented.
  const goesOn = /^\s*?\n[ \t]+\S/.test(text.slice(found.index + found[0].length));
  return goesOn ? null : (/^listen: +(\/[\w./-]+) *(?: #.*)?\r?$/.exec(found[0])?.[1] ?? null);
}
