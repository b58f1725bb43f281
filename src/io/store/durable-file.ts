import { open, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Records are for the sidecar and its group. */
export const fileMode = 0o640;

/** Writes all bytes at a position; a write may take less than it was given. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Puts a whole new file in the place of `path`. A crash leaves the old one or the new one, nothing else. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const fresh = `${path}.new`;
  const file = await open(fresh, 'w', fileMode);
  try {
    await writeAll(file, Buffer.from(content), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
  await syncDirectory(dirname(path));
}

/** Without it a rename may be lost with the power, although the file itself is on the disk. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
