import { readFile, stat } from 'node:fs/promises';
import { RejuvError } from '../../domain/errors.ts';
import { parsePrivateKey, type PrivateKey } from './session.ts';

/** Private keys, each parsed once for as long as its file stays the same. */
export interface PrivateKeys {
  /** Raises: key-unusable. */
  read(path: string): Promise<PrivateKey>;
}

export function createPrivateKeys(): PrivateKeys {
  const parsed = new Map<string, { readonly version: string; readonly key: PrivateKey }>();
  return {
    async read(path) {
      const version = await checkFile(path);
      const known = parsed.get(path);
      if (known?.version === version) return known.key;
      const text = await readFile(path, 'utf8').catch((cause: unknown) =>
        refuse(path, sentence(cause), cause),
      );
      const key = parsePrivateKey(text);
      if (key instanceof Error) return refuse(path, keyProblem(key), key);
      parsed.set(path, { version, key });
      return key;
    },
  };
}

/** Refuses what ssh(1) refuses: our own key file that others may read. Gives the version of the file. */
async function checkFile(path: string): Promise<string> {
  const found = await stat(path).catch((cause: unknown) => refuse(path, sentence(cause), cause));
  if (!found.isFile()) refuse(path, 'it is not a file');
  if (found.uid === process.getuid?.() && (found.mode & 0o077) !== 0) {
    const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
    refuse(path, `others may read it (mode ${mode}); chmod 600 it`);
  }
  return `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
}

function keyProblem(error: Error): string {
  return /encrypted|passphrase/i.test(error.message)
    ? 'it has a passphrase'
    : `it is no private key that rejuv reads (${error.message})`;
}

function sentence(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
  if (code === 'EACCES') return 'no permission to read it';
  return cause instanceof Error ? cause.message : String(cause);
}

function refuse(path: string, problem: string, cause?: unknown): never {
  throw new RejuvError('key-unusable', { path, problem }, { cause });
}
