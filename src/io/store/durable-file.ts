import { dirname } from 'node:path';
import type { Disk } from './disk.ts';

/** Puts a whole new file in the place of `path`. A crash leaves the old one or the new one, nothing else. */
export async function replaceFile(disk: Disk, path: string, content: string | Uint8Array): Promise<void> {
  const fresh = `${path}.new`;
  const file = await disk.create(fresh);
  try {
    await file.write(Buffer.from(content), 0);
    await file.datasync();
  } finally {
    await file.close();
  }
  await disk.rename(fresh, path);
  await disk.syncDirectory(dirname(path));
}
