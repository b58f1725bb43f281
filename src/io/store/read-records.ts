import { readFile } from 'node:fs/promises';
import type { Records } from '../../domain/records.ts';
import { systemCode, unwritable } from './failure.ts';
import { fold, type Folded } from './fold.ts';
import { layoutOf, type Layout } from './layout.ts';

/**
 * The records of a directory, read without a lock while another process may be writing them.
 * @throws RejuvError records-damaged, records-newer; records-unwritable when they may not be read
 */
export async function readRecords(directory: string): Promise<Records> {
  const layout = layoutOf(directory);
  try {
    return (await readFiles(layout)).records;
  } catch (error) {
    throw unwritable(directory, error);
  }
}

/** Folds what the files hold now. */
export async function readFiles(layout: Layout): Promise<Folded> {
  // The journal first: a snapshot is never older than the journal that was started after it, so a swap in between
  // only brings a snapshot that holds the journal's entries already.
  const journal = await readIfThere(layout.journal);
  const snapshot = await readIfThere(layout.snapshot);
  return fold(layout, { journal, snapshot });
}

/** The bytes of a file; null where there is none. */
export async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}
