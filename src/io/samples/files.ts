import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where files are read into, one after the other: a new room for each would stay in the memory for long. */
export interface Room {
  bytes: Buffer;
}

/** The directory of the samples. Handed in, so that a test can fill the disk. Each call raises the system's error. */
export interface Files {
  readonly directory: string;
  /** Makes the directory where it is missing. */
  prepare(): Promise<void>;
  names(): Promise<string[]>;
  /** All bytes of a file, in this room: good until the next one is read into it. */
  read(name: string, room: Room): Promise<Buffer>;
  /** Puts bytes at a position, the end of the file; resolves when they are on the disk. */
  write(name: string, position: number, bytes: Uint8Array): Promise<void>;
  truncate(name: string, bytes: number): Promise<void>;
  /** A whole new file in the place of `name`: a crash leaves the old one or the new one. */
  replace(name: string, parts: Iterable<Uint8Array>): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** As the records: for the sidecar and its group. */
const directoryMode = 0o750;
const fileMode = 0o640;

/** A directory on the disk of this machine. */
export function realFiles(directory: string): Files {
  const at = (name: string): string => join(directory, name);
  return {
    directory,
    async prepare() {
      const made = await mkdir(directory, { recursive: true, mode: directoryMode });
      if (made !== undefined) await giveToOwner(directory);
    },
    names: async () => (await readdir(directory)).sort(),
    async read(name, room) {
      const file = await open(at(name), 'r');
      try {
        const { size } = await file.stat();
        if (room.bytes.length < size) room.bytes = Buffer.allocUnsafeSlow(size);
        let done = 0;
        for (let read = 1; read > 0 && done < size; done += read) {
          read = (await file.read(room.bytes, done, size - done, done)).bytesRead;
        }
        return room.bytes.subarray(0, done);
      } finally {
        await file.close();
      }
    },
    async write(name, position, bytes) {
      // Opened for each batch: a file that somebody moved away meanwhile is made anew, and none stays open for days.
      const file = await open(at(name), position === 0 ? 'w' : 'r+', fileMode);
      try {
        for (let done = 0; done < bytes.length;) {
          done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
        }
        await file.datasync();
      } finally {
        await file.close();
      }
      if (position === 0) await giveToOwner(at(name));
    },
    async truncate(name, bytes) {
      const file = await open(at(name), 'r+');
      try {
        await file.truncate(bytes);
      } finally {
        await file.close();
      }
    },
    async replace(name, parts) {
      const fresh = at(`${name}.new`);
      const file = await open(fresh, 'w', fileMode);
      try {
        for (const part of parts) await file.writeFile(part);
        await file.datasync();
      } finally {
        await file.close();
      }
      await giveToOwner(fresh);
      await rename(fresh, at(name));
    },
    rename: async (from, to) => await rename(at(from), at(to)),
    remove: async (name) => await rm(at(name), { force: true }),
  };
}

/** What root makes in a directory of the sidecar would shut the sidecar out of its own samples. */
async function giveToOwner(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(dirname(path));
  if (uid === 0) return;
  const file = await open(path, 'r');
  try {
    await file.chown(uid, gid);
  } finally {
    await file.close();
  }
}

/** The system's error code, such as `ENOSPC`; null when it is no system error. */
export function systemCode(thrown: unknown): string | null {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null;
}
