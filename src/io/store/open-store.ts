import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Store } from '../../domain/seams.ts';
import { replaceFile, syncDirectory } from './durable-file.ts';
import { damaged, unwritable } from './failure.ts';
import { currentFormat, journalHeader, snapshotText } from './format.ts';
import { JournalFile } from './journal-file.ts';
import { layoutOf, type Layout } from './layout.ts';
import { takeLock, type Lock } from './lock.ts';
import { readFiles, readIfThere } from './read-records.ts';
import { Reserve } from './reserve.ts';
import { JournalStore, type Rotation } from './store.ts';

export interface StoreOptions {
  readonly directory: string;
  /** Room kept back on the disk for what is under way; 1 MiB unless told. */
  readonly reserveBytes?: number;
  /** When the journal is folded into a snapshot: 4 MiB or 10,000 lines unless told. */
  readonly rotation?: Rotation;
}

/**
 * Opens the records for writing, and creates them at the first time. Only one can have them open.
 * @throws RejuvError records-locked, records-unwritable, records-damaged, records-newer
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const layout = layoutOf(options.directory);
  try {
    await createDirectory(layout.directory);
    const lock = await takeLock(layout);
    try {
      return await openLocked(layout, lock, options);
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    throw unwritable(layout.directory, error);
  }
}

async function createDirectory(directory: string): Promise<void> {
  const created = await mkdir(directory, { recursive: true, mode: 0o750 });
  if (created !== undefined) await syncDirectory(dirname(created));
}

async function openLocked(layout: Layout, lock: Lock, options: StoreOptions): Promise<Store> {
  // What a crash left half-written under a name that nobody reads.
  await rm(`${layout.snapshot}.new`, { force: true });
  await rm(`${layout.journal}.new`, { force: true });
  const { records, seq, wholeBytes, lines, journalSeq, format } = await readFiles(layout);
  if (journalSeq < seq) {
    throw damaged(
      layout.journal,
      lines,
      `it ends at entry ${journalSeq}, but the snapshot holds entry ${seq}`,
    );
  }
  const old = format < currentFormat;
  if (old) await upgradeFiles(layout, format, snapshotText(seq, records));
  const journal =
    lines === 0 || old
      ? await JournalFile.start(layout.journal, journalHeader(seq))
      : await JournalFile.open(layout.journal, wholeBytes, lines);
  try {
    const reserve = new Reserve(layout.reserve, options.reserveBytes ?? 2 ** 20);
    await reserve.take();
    const rotation = options.rotation ?? { bytes: 4 * 2 ** 20, lines: 10_000 };
    return new JournalStore({ layout, lock, reserve, rotation, journal, records, seq });
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/**
 * Keeps the files of an older format beside, then writes what they say as a snapshot of this one. A crash in between
 * leaves either the old files, or a new snapshot that holds all of the old journal's entries.
 */
async function upgradeFiles(layout: Layout, format: number, snapshot: string): Promise<void> {
  for (const path of [layout.journal, layout.snapshot]) {
    const content = await readIfThere(path);
    if (content !== null) await replaceFile(`${path}.format-${format}`, content);
  }
  await replaceFile(layout.snapshot, snapshot);
}
