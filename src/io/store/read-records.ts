import type { Records } from '../../domain/records.ts';
import { realDisk, type Disk } from './disk.ts';
import { unwritable } from './failure.ts';
import { fold, type Folded } from './fold.ts';
import { layoutOf, type Layout } from './layout.ts';
import type { Found } from './walk.ts';

/**
 * The records of a directory, read without a lock while another process may be writing them.
 * @throws RejuvError records-damaged, records-newer; records-unwritable when they may not be read
 */
export async function readRecords(directory: string, disk: Disk = realDisk): Promise<Records> {
  const layout = layoutOf(directory);
  try {
    return (await readFiles(layout, disk)).records;
  } catch (error) {
    throw unwritable(directory, error);
  }
}

/** Folds what the files hold now. */
export async function readFiles(layout: Layout, disk: Disk): Promise<Folded> {
  return fold(layout, await findFiles(layout, disk));
}

/** What the files hold now. */
export async function findFiles(layout: Layout, disk: Disk): Promise<Found> {
  // The journal first: a snapshot is never older than the journal that was started after it, so a swap in between
  // only brings a snapshot that holds the journal's entries already.
  const journal = await disk.read(layout.journal);
  const snapshot = await disk.read(layout.snapshot);
  return { journal, snapshot };
}
