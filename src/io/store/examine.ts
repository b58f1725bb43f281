import { endsBefore } from './open-locked.ts';
import type { Layout } from './layout.ts';
import { walk, type Found, type Walk } from './walk.ts';

/**
 * What the files say, with everything that keeps the sidecar from starting on them. The files must be of one moment:
 * read under the lock, or read again where they are found damaged. Pure.
 * @throws RejuvError records-newer
 */
export function examine(layout: Layout, found: Found): Walk {
  const seen = walk(layout, found);
  const { journal } = seen;
  if (journal === null || seen.damages.length > 0) return seen;
  const last = journal.entries.at(-1)?.seq ?? journal.after ?? 0;
  if (last >= seen.seq) return seen;
  const problem = endsBefore(last, seen.seq);
  const before = journal.entries.length;
  return { ...seen, damages: [{ path: layout.journal, line: journal.lines, problem, before }] };
}
