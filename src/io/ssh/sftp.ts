import { posix } from 'node:path';
import type { Session, SFTPWrapper } from './session.ts';

/** What is known of one file or directory. `mtime` and `atime` in Unix seconds. */
export interface FileInfo {
  readonly kind: 'file' | 'directory' | 'other';
  readonly mode: number;
  readonly atime: number;
  readonly mtime: number;
}

/** The file operations of one host that a copy needs. Their errors name host and path. */
export interface Sftp {
  /** `user@host:port`, for people. */
  readonly name: string;
  readonly raw: SFTPWrapper;
  /** Follows symbolic links; null when there is nothing. */
  find(path: string): Promise<FileInfo | null>;
  /** Does not follow symbolic links: those are `other`. */
  list(path: string): Promise<readonly { readonly name: string; readonly info: FileInfo }[]>;
  makeDirectory(path: string): Promise<void>;
  /** Sets mode and times to those of `info`. */
  imitate(path: string, info: FileInfo): Promise<void>;
  /** Over an existing file, at once. */
  rename(from: string, to: string): Promise<void>;
  /** Nothing to remove is fine. */
  remove(path: string): Promise<void>;
}

/** Starts SFTP in a session. @throws Error when the host offers none. */
export async function openSftp(session: Session): Promise<Sftp> {
  const raw = await session.sftp().catch((cause: unknown) => {
    throw new Error(`${session.name} offers no SFTP (${sentence(cause)})`, { cause });
  });
  const ask = <T>(path: string, call: (done: Done<T>) => void): Promise<T> =>
    new Promise((resolve, reject) => {
      call((error, value) => {
        if (error) reject(failure(session.name, path, error));
        else resolve(value);
      });
    });
  const act = (path: string, call: (done: Done<unknown>) => void): Promise<void> =>
    ask(path, call).then(() => undefined);
  return {
    name: session.name,
    raw,
    find: (path) =>
      new Promise((resolve, reject) => {
        raw.stat(path, (error, stats) => {
          if (!error) resolve(info(stats));
          else if (isMissing(error)) resolve(null);
          else reject(failure(session.name, path, error));
        });
      }),
    async list(path) {
      const entries = await ask<{ filename: string; attrs: Stats }[]>(path, (done) =>
        raw.readdir(path, done),
      );
      return entries
        .filter(({ filename }) => filename !== '.' && filename !== '..')
        .map(({ filename, attrs }) => {
          // The name comes from the other host and must not lead out of the target.
          if (filename !== posix.basename(filename)) throw new Error(`${path} holds the name ${filename}`);
          return { name: filename, info: info(attrs) };
        });
    },
    makeDirectory: (path) => act(path, (done) => raw.mkdir(path, plain(done))),
    async imitate(path, { mode, atime, mtime }) {
      await act(path, (done) => raw.chmod(path, mode & 0o7777, plain(done)));
      await act(path, (done) => raw.utimes(path, atime, mtime, plain(done)));
    },
    rename: (from, to) => act(to, (done) => raw.ext_openssh_rename(from, to, plain(done))),
    remove: (path) =>
      new Promise((resolve, reject) => {
        raw.unlink(path, (error) => {
          if (!error || isMissing(error)) resolve();
          else reject(failure(session.name, path, error));
        });
      }),
  };
}

type Done<T> = (error: Error | null | undefined, value: T) => void;
type Stats = Parameters<Parameters<SFTPWrapper['stat']>[1]>[1];

/** As a sentence about one path of one host. */
export function failure(host: string, path: string, cause: unknown): Error {
  return new Error(`${host}:${path}: ${sentence(cause)}`, { cause });
}

function plain(done: Done<unknown>): (error?: Error | null) => void {
  return (error) => done(error, undefined);
}

function info(stats: Stats): FileInfo {
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
  return { kind, mode: stats.mode, atime: stats.atime, mtime: stats.mtime };
}

/** SSH_FX_NO_SUCH_FILE of the SFTP protocol. */
function isMissing(error: Error): boolean {
  return 'code' in error && error.code === 2;
}

function sentence(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
