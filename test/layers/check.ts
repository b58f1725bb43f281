import { posix } from 'node:path';
import { clockFiles, laws, longestFile, longFiles, type Law } from './law.ts';
import { readSource, type Source } from './source.ts';

/** Every breach of the layers in the files of src, as sentences that say why. Keys are paths below src. */
export function breaches(files: ReadonlyMap<string, string>): string[] {
  const sources = [...files].map(([path, text]) => readSource(path, text));
  return [...sources.flatMap((source) => [...ofImports(source), ...ofFile(source)]), ...cycles(sources)];
}

/** `domain`, `io/store`, `io/clock`, `main`: what counts as itself for an import. */
function unitOf(path: string): string {
  const [top = '', below = ''] = path.split('/');
  return top === 'io' ? `io/${below.replace(/\.ts$/, '')}` : top.replace(/\.ts$/, '');
}

function lawOf(unit: string): Law | undefined {
  return laws[unit] ?? laws[unit.replace(/\/.*/, '')];
}

function ofImports({ path, imports }: Source): string[] {
  const unit = unitOf(path);
  const law = lawOf(unit);
  if (law === undefined)
    return [`src/${path}: no law for ${unit}; add the folder to the table of the layers`];
  return imports.flatMap(({ from, line }) => {
    const problem = problemOf(path, unit, law, from);
    return problem === null ? [] : [`src/${path}:${line}: ${problem}`];
  });
}

function problemOf(path: string, unit: string, law: Law, from: string): string | null {
  if (from.startsWith('.')) {
    const target = resolve(path, from);
    if (target.startsWith('../')) return `imports ${from}, which is outside of src`;
    const other = unitOf(target);
    const allowed = other === unit || law.folders.includes(other.replace(/\/.*/, ''));
    return allowed ? null : `imports ${target}, but ${unit} may import ${list(law.folders)}: ${law.why}`;
  }
  if (from.startsWith('node:')) {
    return law.node ? null : `imports ${from}, but ${unit} may import nothing of Node: ${law.why}`;
  }
  const name = from.split('/', from.startsWith('@') ? 2 : 1).join('/');
  return law.packages.includes(name)
    ? null
    : `imports the package ${name}, but ${unit} may use ${list(law.packages)}: ${law.why}`;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : `only ${names.join(', ')}`;
}

function resolve(path: string, from: string): string {
  return posix.join(posix.dirname(path), from);
}

function ofFile(source: Source): string[] {
  const { path } = source;
  const found: string[] = [];
  const name = posix.basename(path, '.ts');
  if (name === 'index' || source.onlyReExports) {
    found.push(`src/${path}: a barrel file; import each thing from where it is`);
  }
  if (/(^|-)(utils?|helpers?|common|misc|types?|constants?|managers?|services?)$/i.test(name)) {
    found.push(`src/${path}: a name that says nothing and collects everything; name the concept it holds`);
  }
  if (source.codeLines > longestFile && !longFiles.includes(path)) {
    found.push(
      `src/${path}: ${source.codeLines} lines of code; more than ${longestFile} hold more than one concept`,
    );
  }
  if (!clockFiles.includes(path)) {
    for (const { what, line } of source.impure) {
      found.push(
        `src/${path}:${line}: ${what}; time and chance come from ${clockFiles.join(' and ')}, so that tests can turn them`,
      );
    }
  }
  if (/^(policy|model)\//.test(path)) {
    for (const line of source.asyncLines) {
      found.push(`src/${path}:${line}: async or await; policy and model are pure and wait for nothing`);
    }
  }
  return found;
}

function cycles(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    const back = way.indexOf(path);
    if (back !== -1) {
      found.push(`import cycle: ${[...way.slice(back), path].map((one) => `src/${one}`).join(' -> ')}`);
      return;
    }
    if (done.has(path)) return;
    for (const { from } of byPath.get(path)?.imports ?? []) {
      if (from.startsWith('.')) walk(resolve(path, from), [...way, path]);
    }
    done.add(path);
  };
  for (const { path } of sources) walk(path, []);
  return found;
}
