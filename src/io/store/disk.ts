import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from './failure.ts';

/**
 * The few file operations that the records are made of. They are handed in, so that a test can lose the power between
 * any two of them, with any part of what was not yet synced. Each raises the system's error.
 */
export interface Disk {
  /** The bytes of a file; null where there is none. */
  read(path: string): Promise<Buffer | null>;
  /** The length of a file; null where there is none. */
  size(path: string): Promise<number | null>;
  /** An empty new file, in the place of what has that name. */
  create(path: string): Promise<DiskFile>;
  /** A file that is there, to be read and written. */
  open(path: string): Promise<DiskFile>;
  /** A second name for the same file. Raises EEXIST where something has that name. */
  link(path: string, name: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A file that is not there is removed already. */
  remove(path: string): Promise<void>;
  /** Without it, names that were given, taken or removed in it may be lost with the power. */
  syncDirectory(path: string): Promise<void>;
}

export interface DiskFile {
  size(): Promise<number>;
  /** Writes all the bytes at a position. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  truncate(bytes: number): Promise<void>;
  /** Resolves when what was written is on the disk, and how long the file is. */
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** Records are for the sidecar and its group. */
export const fileMode = 0o640;

/** The disk of this machine. */
export const realDisk: Disk = {
  async read(path) {
    return await unlessMissing(async () => await readFile(path));
  },
  async size(path) {
    return await unlessMissing(async () => (await stat(path)).size);
  },
  create: async (path) => await openFile(path, 'w'),
  open: async (path) => await openFile(path, 'r+'),
  link,
  rename,
  remove: async (path) => await rm(path, { force: true }),
  async syncDirectory(path) {
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },
};

async function openFile(path: string, flags: 'w' | 'r+'): Promise<DiskFile> {
  const file = await open(path, flags, fileMode);
  try {
    if (flags === 'w') await giveToOwner(path, file);
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    size: async () => (await file.stat()).size,
    async write(bytes, position) {
      // A write may take less than it was given.
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
    },
    truncate: async (bytes) => await file.truncate(bytes),
    datasync: async () => await file.datasync(),
    close: async () => await file.close(),
  };
}

/** What root makes in a directory of the sidecar would shut the sidecar out of its own records. */
export async function giveToOwner(
  path: string,
  file: { chown(uid: number, gid: number): Promise<void> },
): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(dirname(path));
  if (uid !== 0) await file.chown(uid, gid);
}

async function unlessMissing<T>(act: () => Promise<T>): Promise<T | null> {
  try {
    return await act();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}
