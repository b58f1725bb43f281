import { readFile, stat } from 'node:fs/promises';
import { RejuvError } from '../../domain/errors.ts';
import type { FreezeFiles } from '../../domain/seams.ts';
import { freezesIn } from './freezes.ts';

/** A calendar of freezes is small; what is larger is something else. */
const largestBytes = 5 * 1024 * 1024;

/** iCalendar files, read anew at every question: they are written by others. */
export function createFreezeFiles(): FreezeFiles {
  return {
    async read({ path, timeZone }, fromAt, untilAt) {
      try {
        const { size } = await stat(path);
        if (size > largestBytes) throw new Error(`it is larger than ${largestBytes} bytes`);
        return freezesIn(await readFile(path, 'utf8'), timeZone, fromAt, untilAt);
      } catch (cause) {
        throw new RejuvError('freeze-unreadable', { path, problem: problemOf(cause) }, { cause });
      }
    },
  };
}

function problemOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
      return 'no permission';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
