import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml';
import { formatPath, type Finding, type Path, type Problem } from './problem.ts';

/** First stage: YAML text as a plain tree in which every value still knows its line and column. */
export interface ConfigDocument {
  /** Null when the text is not YAML enough to say what it means. */
  readonly tree: { readonly value: unknown } | null;
  readonly problems: readonly Problem[];
  /** Keys that are there twice; only the last is in the tree. */
  readonly doubled: readonly Path[];
  /** Gives a finding its line and column; something missing is placed at the section it is missing from. */
  readonly locate: (finding: Finding) => Problem;
}

/** Reads YAML 1.2; every mistake that the parser can name is in `problems`. */
export function readDocument(text: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problemAt = (offset: number, path: string, message: string, fix: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), path, message, fix };
  };
  const problems = [...document.errors, ...document.warnings].map((error) => {
    const { message, fix } = explain(error.code, error.message, wordAt(text, error.pos[0]));
    return problemAt(error.pos[0], '', message, fix);
  });
  // With these alone it is still clear what the file says.
  const duplicates = document.errors.filter(({ code }) => code === 'DUPLICATE_KEY');
  const doubled: Path[] = [];
  visit(document, {
    Map(_, map, ancestors) {
      const names = map.items.map(({ key }) => nameOf(key));
      const again = names.filter((name, index) => names.indexOf(name) < index);
      doubled.push(...again.map((name) => [...pathOf(ancestors), name]));
    },
    Pair(_, pair) {
      if (!isScalar(pair.key) || pair.key.value !== '__proto__') return;
      problems.push(problemAt(offsetOf(pair.key), '', '`__proto__` cannot be a name', 'choose another name'));
    },
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const message = `there is no anchor &${alias.source} before this`;
      problems.push(
        problemAt(offsetOf(alias), '', message, 'define the anchor first, or write the value out'),
      );
    },
  });
  if (document.contents === null && problems.length === 0) {
    const fix = 'begin with the two sections `loadBalancers:` and `backends:`';
    problems.push(problemAt(0, '', 'the file is empty', fix));
  }
  const readable = document.contents !== null && problems.length === duplicates.length;
  const tree = readable ? plain(document) : null;
  if (readable && tree === null) {
    problems.push(problemAt(0, '', 'the file repeats its anchors too often', 'write the values out'));
  }
  return {
    tree,
    problems,
    doubled,
    locate: ({ path, at, message, fix }) =>
      problemAt(offsetOfPath(document, path, at), formatPath(path), message, fix),
  };
}

/** Aliases that multiply without end make the parser throw. */
function plain(document: Document): { readonly value: unknown } | null {
  try {
    return { value: document.toJS() as unknown };
  } catch (thrown) {
    if (thrown instanceof ReferenceError) return null;
    throw thrown;
  }
}

function explain(code: string, message: string, word: string): { message: string; fix: string } {
  switch (code) {
    case 'DUPLICATE_KEY':
      return { message: `\`${word}\` is there twice`, fix: 'keep one of the two, or give it another name' };
    case 'TAB_AS_INDENT':
      return { message: 'a tab is used to indent', fix: 'indent with spaces' };
    case 'MULTIPLE_DOCS':
      return { message: 'a second YAML document begins here', fix: 'put everything into one, without `---`' };
    case 'TAG_RESOLVE_FAILED':
      return { message: `not YAML as rejuv reads it: ${firstDown(message)}`, fix: 'remove the tag' };
    default:
      return {
        message: `not valid YAML: ${firstDown(message)}`,
        fix: 'correct the indentation, brackets or quotes; a text with [ ] { } # : or * in it goes into quotes',
      };
  }
}

function firstDown(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function wordAt(text: string, offset: number): string {
  return /^["']?([^\s"':,]*)/.exec(text.slice(offset, offset + 300))?.[1] ?? '';
}

/** The keys that lead here, as far as the first list. */
function pathOf(ancestors: readonly unknown[]): Path {
  const list = ancestors.findIndex(isSeq);
  return ancestors
    .slice(0, list === -1 ? undefined : list)
    .flatMap((node) => (isPair(node) ? [nameOf(node.key)] : []));
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}

function offsetOf(node: unknown): number {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : null;
  return range?.[0] ?? 0;
}

/** Walks as far as the path exists. */
function offsetOfPath(document: Document, path: Path, at: 'key' | 'value'): number {
  let node = resolved(document, document.contents);
  let key: unknown = node;
  let complete = true;
  for (const part of path) {
    const next = childOf(node, part);
    if (next === null) {
      complete = false;
      break;
    }
    key = next.key ?? next.value;
    node = resolved(document, next.value);
  }
  const empty = node === null || (isScalar(node) && node.value === null);
  return offsetOf(at === 'key' || empty || !complete ? key : node);
}

function resolved(document: Document, node: unknown): Node | null {
  if (isAlias(node)) return node.resolve(document) ?? null;
  return isScalar(node) || isMap(node) || isSeq(node) ? node : null;
}

function childOf(node: Node | null, part: string | number): { key: unknown; value: unknown } | null {
  if (isSeq(node) && typeof part === 'number') {
    const value = node.items[part];
    return value === undefined ? null : { key: null, value };
  }
  if (!isMap(node)) return null;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
  return pair === undefined ? null : { key: pair.key, value: pair.value };
}
