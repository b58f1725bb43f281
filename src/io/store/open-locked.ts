import type { Store } from '../../domain/seams.ts';
import type { Disk } from './disk.ts';
import { replaceFile } from './durable-file.ts';
import { damaged } from './failure.ts';
import { currentFormat, journalHeader, snapshotText } from './format.ts';
import { JournalFile } from './journal-file.ts';
import type { Layout } from './layout.ts';
import type { Lock } from './lock.ts';
import { readFiles } from './read-records.ts';
import { Reserve } from './reserve.ts';
import { JournalStore, type Rotation } from './store.ts';

/**
 * Opens records whose lock is held, in a directory that is there.
 * @throws RejuvError records-damaged, records-newer; the system's errors
 */
export async function openLocked(
  layout: Layout,
  options: {
    readonly disk: Disk;
    readonly lock: Lock;
    readonly reserveBytes: number;
    readonly rotation: Rotation;
  },
): Promise<Store> {
  const { disk, lock, rotation } = options;
  // What a crash left half-written under a name that nobody reads.
  await disk.remove(`${layout.snapshot}.new`);
  await disk.remove(`${layout.journal}.new`);
  await settle(disk, layout);
  const { records, seq, wholeBytes, lines, journalSeq, formats } = await readFiles(layout, disk);
  if (journalSeq < seq) throw damaged(layout.journal, lines, endsBefore(journalSeq, seq));
  const old = formats.journal < currentFormat || formats.snapshot < currentFormat;
  if (old) await upgradeFiles(disk, layout, formats, snapshotText(seq, records));
  const journal =
    lines === 0 || old
      ? await JournalFile.start(disk, layout.journal, journalHeader(seq))
      : await JournalFile.open(disk, layout.journal, wholeBytes, lines);
  try {
    const reserve = new Reserve(disk, layout.reserve, options.reserveBytes);
    await reserve.take();
    return new JournalStore({ disk, layout, lock, reserve, rotation, journal, records, seq });
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/**
 * Who was killed may have left behind what programs see and the disk does not have yet: the name of a new journal, or
 * lines of it. What is read here is acted upon, and what is appended goes behind it, so it has to stay.
 */
async function settle(disk: Disk, layout: Layout): Promise<void> {
  if ((await disk.size(layout.journal)) !== null) {
    const journal = await disk.open(layout.journal);
    try {
      await journal.datasync();
    } finally {
      await journal.close();
    }
  }
  await disk.syncDirectory(layout.directory);
}

/** Only who holds the lock can say so: others may have read the journal right before it was swapped. */
export function endsBefore(journalSeq: number, seq: number): string {
  return `it ends at entry ${journalSeq}, but the snapshot holds entry ${seq}`;
}

/**
 * Keeps the files of an older format beside, then writes what they say as a snapshot of this one. A crash in between
 * leaves either the old files, or a new snapshot that holds all of the old journal's entries.
 */
async function upgradeFiles(
  disk: Disk,
  layout: Layout,
  formats: { readonly journal: number; readonly snapshot: number },
  snapshot: string,
): Promise<void> {
  for (const kind of ['journal', 'snapshot'] as const) {
    // After a crash in between, the snapshot is a new one, and its old copy has to stay.
    if (formats[kind] >= currentFormat) continue;
    const content = await disk.read(layout[kind]);
    if (content !== null) await replaceFile(disk, `${layout[kind]}.format-${formats[kind]}`, content);
  }
  await replaceFile(disk, layout.snapshot, snapshot);
}
