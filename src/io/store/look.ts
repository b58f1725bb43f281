import { realDisk } from './disk.ts';
import { examine } from './examine.ts';
import { unwritable } from './failure.ts';
import { layoutOf, type Layout } from './layout.ts';
import { isLocked } from './lock.ts';
import { findFiles } from './read-records.ts';
import type { Found, Walk } from './walk.ts';

/** The records of a directory as somebody sees them who changes nothing. */
export interface Look {
  readonly layout: Layout;
  /** Somebody has them open to write; null where that may not be looked at. */
  readonly locked: boolean | null;
  /** Lengths in bytes; null where there is no such file. */
  readonly bytes: { readonly journal: number | null; readonly snapshot: number | null };
  readonly seen: Walk;
}

/** How often files are read that change meanwhile, and look damaged for that alone. */
const tries = 3;

/**
 * Looks at the records without a lock, while another process may be writing them.
 * @throws RejuvError records-newer; records-unwritable when they may not be read
 */
export async function lookAtRecords(directory: string): Promise<Look> {
  const layout = layoutOf(directory);
  try {
    const locked = await isLocked(layout);
    for (let turn = 1; ; turn += 1) {
      const found = await findFiles(layout, realDisk);
      const seen = examine(layout, found);
      if (seen.damages.length > 0 && locked !== false && turn < tries) continue;
      return { layout, locked, bytes: lengths(found), seen };
    }
  } catch (error) {
    throw unwritable(directory, error);
  }
}

function lengths({ journal, snapshot }: Found): Look['bytes'] {
  return { journal: journal?.length ?? null, snapshot: snapshot?.length ?? null };
}
