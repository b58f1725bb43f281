import { lstatSync, readFileSync, statSync } from 'node:fs';

/**
 * Whether something stands at a path that must not be lost. A file of comments alone, as packages ship it, is in
 * nobody's way. Synchronous, because a question on the terminal wants its answer at once.
 */
export function isTaken(path: string): boolean {
  try {
    lstatSync(path);
  } catch (cause) {
    return !['ENOENT', 'ENOTDIR', 'EACCES'].includes(codeOf(cause));
  }
  return !isOnlyComments(path);
}

export function isOnlyComments(path: string): boolean {
  try {
    // A device or a pipe is nobody's config, and to read one may never end.
    if (!statSync(path).isFile()) return false;
    return readFileSync(path, 'utf8')
      .split('\n')
      .every((line) => /^\s*(#.*)?$/.test(line));
  } catch {
    // What cannot be read may hold something; what is not there holds nothing of interest here.
    return false;
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
