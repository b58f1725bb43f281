import { splitLine, type Word } from './words.ts';

/** A file of HAProxy's configuration. */
export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/** One line with its words; there is at least one. */
export interface Line {
  /** `haproxy.cfg:12`, for people. */
  readonly place: string;
  readonly words: readonly Word[];
}

/** One section: its header and what follows it. */
export interface Section {
  readonly header: Line;
  readonly kind: string;
  readonly lines: readonly Line[];
  /** Why it cannot be said for sure what is in it; empty as a rule. */
  readonly unsure: readonly string[];
}

/** The words that begin a section (HAProxy 2.4 to 3.4). */
const kinds = new Set([
  ...['global', 'defaults', 'frontend', 'backend', 'listen', 'peers', 'resolvers', 'userlist', 'mailers'],
  ...['ring', 'http-errors', 'cache', 'program', 'fcgi-app', 'log-forward', 'crt-store', 'log-profile'],
  ...['traces', 'acme'],
]);

interface OpenSection {
  header: Line;
  kind: string;
  lines: Line[];
  unsure: string[];
}

/**
 * The sections of the files, in the order in which HAProxy was given them. What stands in `.if … .endif` is left
 * out, and said: whether it is in force only the process knows. Where such a block holds whole sections, nothing is
 * sure any more, and `unsure` of each section says so.
 */
export function readSections(files: readonly ConfigFile[]): Section[] {
  const sections: OpenSection[] = [];
  const everywhere: string[] = [];
  for (const { path, text } of files) {
    let open: OpenSection | null = null;
    let depth = 0;
    for (const [index, raw] of text.split('\n').entries()) {
      const place = `${path}:${index + 1}`;
      const words = splitLine(raw);
      const first = words?.[0]?.text;
      if (words === null) {
        (open?.unsure ?? everywhere).push(`${place} has a quote that does not end`);
      } else if (first === undefined) {
        continue;
      } else if (first.startsWith('.')) {
        if (first === '.if') depth += 1;
        if (first === '.if') (open?.unsure ?? everywhere).push(`${place} depends on an \`.if\``);
        if (first === '.endif') depth -= 1;
      } else if (depth > 0) {
        if (kinds.has(first)) everywhere.push(`the section at ${place} depends on an \`.if\``);
      } else if (kinds.has(first)) {
        open = { header: { place, words }, kind: first, lines: [], unsure: [] };
        sections.push(open);
      } else {
        open?.lines.push({ place, words });
      }
    }
  }
  return sections.map((section) => ({ ...section, unsure: [...section.unsure, ...everywhere] }));
}
