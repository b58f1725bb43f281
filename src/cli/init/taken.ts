import { lstatSync, readFileSync } from 'node:fs';

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
