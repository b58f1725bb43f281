import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { partsIn, withPart } from './docs/marked.ts';
import { parts, root } from './docs/parts.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const pages = readdirSync(join(root, 'docs')).map((file) => `docs/${file}`);
const documents = [
  ...[
    'README.md',
    'ARCHITECTURE.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'examples/README.md',
    'haproxy/README.md',
  ],
  ...pages,
];

describe('what is made from the code', () => {
  it.each(parts)('$name in $file is what the code says: else run `npm run docs`', ({ file, name, text }) => {
    const document = read(file);
    expect(withPart(document, name, text())).toBe(document);
  });

  it.each(documents)('%s has no part that nobody makes', (file) => {
    const made = parts.filter((part) => part.file === file).map(({ name }) => name);
    expect(partsIn(read(file))).toEqual(made);
  });
});

describe('links', () => {
  it.each(documents)('of %s lead to files and headings that are there', (file) => {
    const dead = linksIn(read(file)).filter((link) => !leadsSomewhere(file, link));
    expect(dead).toEqual([]);
  });

  it('lead from the README to every page of docs/', () => {
    const linked = linksIn(read('README.md')).map((link) => link.replace(/#.*/, ''));
    expect(linked).toEqual(expect.arrayContaining(pages));
  });
});

it.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('the files that %s speaks of are there', (file) => {
  const named = [...read(file).matchAll(/`((?:[\w-]+\/)+(?:[\w.-]+\.(?:ts|sh))?)`/g)].map(
    ([, path]) => path ?? '',
  );
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((path) => ![path, `src/${path}`].some((one) => existsSync(join(root, one))))).toEqual(
    [],
  );
});

describe('the guarantees', () => {
  const all = rowsOf(read('docs/guarantees.md'));
  const inShort = rowsOf(read('README.md').split('\n## Guarantees\n')[1]?.split('\n## ')[0] ?? '');

  it('are there', () => {
    expect(all.length).toBeGreaterThan(30);
    expect(inShort.length).toBeGreaterThan(5);
  });

  it.each([...all, ...inShort])('%s', (row) => {
    const named = [...row.matchAll(/\]\((?:\.\.\/)?(test\/[^)]+\.test\.ts)\): ((?:"[^"]+"(?:, )?)+)/g)];
    expect(named.length).toBeGreaterThan(0);
    for (const [, file = '', titles = ''] of named) {
      const tests = read(file).replaceAll("\\'", "'");
      for (const [, title = ''] of titles.matchAll(/"([^"]+)"/g)) expect(tests).toContain(title);
    }
  });
});

function rowsOf(document: string): string[] {
  return document
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (?:guarantee|what holds) \|/.test(line));
}

/** Where the links of a document lead that stay in this tree. */
function linksIn(document: string): string[] {
  const prose = document.replace(/^```[\s\S]*?^```/gm, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere(from: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const file = path === '' ? from : normalize(join(dirname(from), path));
  if (!existsSync(join(root, file))) return false;
  return heading === undefined || headingsOf(read(file)).includes(heading);
}

/** As GitHub names them. */
function headingsOf(document: string): string[] {
  return [...document.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
