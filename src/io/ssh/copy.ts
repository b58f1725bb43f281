import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { CopyResult } from '../../domain/seams.ts';
import { failure, type FileInfo, type Sftp } from './sftp.ts';

/** One end of a copy. */
export interface CopyEnd {
  readonly sftp: Sftp;
  readonly path: string;
}

interface Copying {
  readonly source: Sftp;
  readonly target: Sftp;
  readonly signal: AbortSignal;
  files: number;
  bytes: number;
}

/**
 * Copies a file, or what is in a directory with all below it. A file goes to the path `to`, or into it when that is
 * a directory or ends in `/`. Missing directories are made. Mode and times of files and of made directories are kept,
 * owners are not. Symbolic links, sockets and devices inside a directory are left out: a link may lead anywhere.
 * Each file arrives under a temporary name first. When the signal fires, the file under way is given up and removed;
 * a dead session is for the caller to notice. @throws Error saying which path of which host failed.
 */
export async function copyOver(from: CopyEnd, to: CopyEnd, signal: AbortSignal): Promise<CopyResult> {
  const copying: Copying = { source: from.sftp, target: to.sftp, signal, files: 0, bytes: 0 };
  await copyTop(copying, from.path, to.path);
  return { files: copying.files, bytes: copying.bytes };
}

async function copyTop(copying: Copying, from: string, to: string): Promise<void> {
  const { source, target } = copying;
  const found = await source.find(from);
  if (found === null) throw failure(source.name, from, 'there is no such file or directory');
  if (found.kind === 'directory') {
    await ensureDirectory(target, posix.dirname(to));
    await copyDirectory(copying, from, to, found);
    return;
  }
  if (found.kind === 'other') throw failure(source.name, from, 'it is neither a file nor a directory');
  const into = to.endsWith('/') || (await target.find(to))?.kind === 'directory';
  const path = into ? posix.join(to, posix.basename(from)) : to;
  await ensureDirectory(target, posix.dirname(path));
  await copyFile(copying, from, path, found);
}

async function copyDirectory(copying: Copying, from: string, to: string, info: FileInfo): Promise<void> {
  const { source, target, signal } = copying;
  const made = await ensureDirectory(target, to);
  for (const entry of await source.list(from)) {
    signal.throwIfAborted();
    const [fromPath, toPath] = [posix.join(from, entry.name), posix.join(to, entry.name)];
    if (entry.info.kind === 'directory') await copyDirectory(copying, fromPath, toPath, entry.info);
    if (entry.info.kind === 'file') await copyFile(copying, fromPath, toPath, entry.info);
  }
  // Last, because every new file changes the time, and the mode may forbid new files.
  if (made) await target.imitate(to, info);
}

async function copyFile(copying: Copying, from: string, to: string, info: FileInfo): Promise<void> {
  const { source, target, signal } = copying;
  const part = partName(to);
  // A leftover of an earlier copy; removed and not overwritten, because it might be a link by now.
  await target.remove(part);
  const broken: Error[] = [];
  const reader = source.raw.createReadStream(from);
  const writer = target.raw.createWriteStream(part, { flags: 'wx', mode: 0o600 });
  reader.once('error', (cause: Error) => broken.push(failure(source.name, from, cause)));
  writer.once('error', (cause: Error) => broken.push(failure(target.name, to, cause)));
  let bytes = 0;
  const count = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  try {
    await pipeline(reader, count, writer, { signal });
    await target.imitate(part, info);
    await target.rename(part, to);
  } catch (error) {
    // Where the target is gone too, the next copy removes it.
    await target.remove(part).catch(() => undefined);
    throw broken[0] ?? error;
  }
  copying.files += 1;
  copying.bytes += bytes;
}

/** Hidden, beside the final name and never too long for a file system. */
function partName(path: string): string {
  const mark = createHash('sha256').update(posix.basename(path)).digest('hex').slice(0, 16);
  return posix.join(posix.dirname(path), `.rejuv-part-${mark}`);
}

/** True when it had to be made. */
async function ensureDirectory(target: Sftp, path: string): Promise<boolean> {
  const found = await target.find(path);
  if (found?.kind === 'directory') return false;
  if (found !== null) throw failure(target.name, path, 'it is not a directory');
  const parent = posix.dirname(path);
  if (parent !== path) await ensureDirectory(target, parent);
  await target.makeDirectory(path);
  return true;
}
