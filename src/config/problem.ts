/** One thing wrong in a config file: where, what, and what would be right. Lines and columns count from 1. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  /** Where in the tree, such as `backends.shop.duplex[0].run.command`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}

/** A way from the root to one value: keys of sections, indices of lists. */
export type Path = readonly (string | number)[];

/** What is wrong, before it has a line and a column. */
export interface Finding {
  readonly path: Path;
  /** Point at the key, or at what stands behind it. */
  readonly at: 'key' | 'value';
  readonly message: string;
  readonly fix: string;
  /**
   * What the finding took into account, if more than `path`. A finding that relies on something that is broken
   * itself would be a guess, and is left out.
   */
  readonly reliesOn?: readonly Path[];
}

/** `backends.shop.duplex[0].run` */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('');
}

/** `FILE:LINE:COL  what is wrong; what would be right` */
export function formatProblem(file: string, problem: Problem): string {
  return `${file}:${problem.line}:${problem.column}  ${problem.message}; ${problem.fix}`;
}

/** In the order of the file. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** True when one of the two is inside the other, or they are the same. */
export function pathsOverlap(a: Path, b: Path): boolean {
  return a.slice(0, b.length).every((part, index) => part === b[index]);
}
