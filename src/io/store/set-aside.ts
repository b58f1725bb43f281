import { realDisk, type Disk } from './disk.ts';
import { replaceFile } from './durable-file.ts';
import { examine } from './examine.ts';
import { isFull, systemCode, unwritable } from './failure.ts';
import { journalHeader, snapshotText } from './format.ts';
import { freshStart, type FreshStart } from './fresh-start.ts';
import { JournalFile } from './journal-file.ts';
import { layoutOf, type Layout } from './layout.ts';
import { takeLock } from './lock.ts';
import { findFiles } from './read-records.ts';
import type { Damage, Walk } from './walk.ts';

/** What was done with damaged records. */
export interface SetAside {
  readonly damages: readonly Damage[];
  /** Where the damaged files are now. */
  readonly kept: readonly string[];
  readonly seen: Walk;
  readonly start: FreshStart;
}

/**
 * Sets damaged records aside and starts new ones from what can be trusted; null where they are sound, or where there are
 * none, and then nothing is changed. Needs the lock, so nobody else may have the records open.
 * @param at Unix milliseconds
 * @throws RejuvError records-locked, records-newer, records-unwritable
 */
export async function setAside(directory: string, at: number): Promise<SetAside | null> {
  const layout = layoutOf(directory);
  try {
    if ((await realDisk.size(directory)) === null) return null;
    const lock = await takeLock(layout);
    try {
      return await setAsideLocked(layout, realDisk, at);
    } finally {
      await lock.release();
    }
  } catch (error) {
    throw unwritable(directory, error);
  }
}

/**
 * The same, with the lock held. Each damaged file gets its second name, on the disk, before anything takes its first
 * one. The new snapshot comes next, the new journal last: in between, the old journal ends before the snapshot, which
 * refuses to start as well, and doing it again leads to the same records. No file is ever removed.
 */
export async function setAsideLocked(layout: Layout, disk: Disk, at: number): Promise<SetAside | null> {
  const found = await findFiles(layout, disk);
  const seen = examine(layout, found);
  const { damages } = seen;
  if (damages.length === 0) return null;
  const kept: string[] = [];
  for (const kind of ['snapshot', 'journal'] as const) {
    if (found[kind] !== null) kept.push(await nameAgain(disk, layout[kind], at));
  }
  await disk.syncDirectory(layout.directory);
  const start = freshStart(seen, kept.join(' and '), at);
  const snapshot = snapshotText(start.seq, start.records);
  try {
    await replaceFile(disk, layout.snapshot, snapshot);
  } catch (error) {
    if (!isFull(error)) throw error;
    // The room that is reserved for a way back is for this, too; the next start takes it again.
    await disk.remove(layout.reserve);
    await replaceFile(disk, layout.snapshot, snapshot);
  }
  const journal = await JournalFile.start(disk, layout.journal, journalHeader(start.seq));
  await journal.close();
  await disk.syncDirectory(layout.directory);
  return { damages, kept, seen, start };
}

/** Another name for a file, with the instant, that nothing has yet. */
async function nameAgain(disk: Disk, path: string, at: number): Promise<string> {
  const stem = `${path}.damaged-${new Date(at).toISOString().replaceAll(':', '-')}`;
  for (let turn = 1; ; turn += 1) {
    const name = turn === 1 ? stem : `${stem}-${turn}`;
    try {
      await disk.link(path, name);
      return name;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
}
