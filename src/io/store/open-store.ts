import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Store } from '../../domain/seams.ts';
import { realDisk } from './disk.ts';
import { unwritable } from './failure.ts';
import { layoutOf } from './layout.ts';
import { takeLock } from './lock.ts';
import { openLocked } from './open-locked.ts';
import type { Rotation } from './store.ts';

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
      const { reserveBytes = 2 ** 20, rotation = { bytes: 4 * 2 ** 20, lines: 10_000 } } = options;
      return await openLocked(layout, { disk: realDisk, lock, reserveBytes, rotation });
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    throw unwritable(layout.directory, error);
  }
}

/** Makes the directory and those above it; the name of each is on the disk before anything is written in it. */
async function createDirectory(directory: string): Promise<void> {
  const created = await mkdir(directory, { recursive: true, mode: 0o750 });
  if (created === undefined) return;
  const top = resolve(dirname(created));
  for (let path = resolve(directory); path !== top; path = dirname(path))
    await realDisk.syncDirectory(dirname(path));
}
