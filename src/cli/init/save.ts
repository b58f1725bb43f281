import { chmod, chown, link, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { RejuvError } from '../../domain/errors.ts';
import { isOnlyComments, isTaken } from './taken.ts';

/** The file names sockets, hosts and key paths: for the sidecar's group, not for everyone. */
const fileMode = 0o640;

/** @throws RejuvError file-exists */
export function refuseExisting(path: string): void {
  if (isTaken(path)) throw new RejuvError('file-exists', { path });
}

/**
 * Writes a whole new file: a crash or Ctrl-C leaves what was there before, or all of it. Without `replace` a file that
 * is there stays, also one that appeared a moment ago.
 * @throws RejuvError file-exists, file-unwritable
 */
export async function saveFile(
  path: string,
  text: string,
  { replace }: { readonly replace: boolean },
): Promise<void> {
  try {
    // Whoever keeps a link at that place means the file behind it.
    const target = await realpath(path).catch(() => resolve(path));
    if ((await stat(target).catch(() => null))?.isFile() === false) {
      throw new RejuvError('file-unwritable', {
        path,
        problem: 'it is not a plain file; -o - is standard output',
      });
    }
    await mkdir(dirname(target), { recursive: true });
    const fresh = join(dirname(target), `.${basename(target)}.${process.pid}.new`);
    try {
      await writeWhole(fresh, text);
      await keepOwner(fresh, target);
      const over = replace || isOnlyComments(target);
      await (over ? rename(fresh, target) : putBeside(fresh, target, path));
    } finally {
      await rm(fresh, { force: true });
    }
  } catch (cause) {
    if (cause instanceof RejuvError) throw cause;
    throw new RejuvError('file-unwritable', { path, problem: reason(cause) }, { cause });
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  // Left behind by a process of the same number that was killed, if anything.
  await rm(path, { force: true });
  const file = await open(path, 'wx', fileMode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The owner of the file in whose place it goes, else the group of its directory: the sidecar has to read it. */
async function keepOwner(fresh: string, target: string): Promise<void> {
  const before = await stat(target).catch(() => null);
  const { uid } = await stat(fresh);
  const owner = before ?? { uid, gid: (await stat(dirname(target))).gid };
  // Only root may give files away; the file is no worse without.
  await chown(fresh, owner.uid, owner.gid).catch(() => undefined);
  await chmod(fresh, fileMode);
}

/** A link is refused where something is, which a rename is not. `path` is how it was called. */
async function putBeside(fresh: string, target: string, path: string): Promise<void> {
  try {
    await link(fresh, target);
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') throw new RejuvError('file-exists', { path }, { cause });
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(codeOf(cause))) throw cause;
    // A file system without hard links.
    refuseExisting(path);
    await rename(fresh, target);
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

function reason(cause: unknown): string {
  switch (codeOf(cause)) {
    case 'EACCES':
    case 'EPERM':
      return 'no permission';
    case 'EISDIR':
      return 'it is a directory';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a part of its path is not a directory';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
