import { writeFile } from 'node:fs/promises';
import { RejuvError } from '../../domain/errors.ts';

/** @throws RejuvError picture-unwritable */
export async function savePicture(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new RejuvError('picture-unwritable', { path, problem: problemOf(cause) }, { cause });
  }
}

function problemOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  switch ('code' in cause ? cause.code : undefined) {
    case 'ENOENT':
      return 'there is no such directory';
    case 'EACCES':
      return 'no permission';
    case 'EISDIR':
      return 'it is a directory';
    default:
      return cause.message;
  }
}
