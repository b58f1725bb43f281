import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { RejuvError } from '../../domain/errors.ts';
import { fileMode, giveToOwner } from './disk.ts';
import { systemCode, unwritable } from './failure.ts';
import type { Layout } from './layout.ts';

/** What `flock` ends with when somebody else has the lock. */
const conflict = 1;

/** Who only looks whether it is taken has it for a few milliseconds, and must not turn away who wants to act. */
const patience = ['-w', '0.3'];

export interface Lock {
  release(): Promise<void>;
}

/**
 * Locks a records directory for one writer. Node has no flock(2), so util-linux does it on our open file: the lock
 * belongs to that open file, not to the process that asked, and the kernel gives it back when we close it or die.
 * The lock file is never removed: whoever waits for a removed one would lock what nobody sees.
 * @throws RejuvError records-locked, records-unwritable
 */
export async function takeLock(layout: Layout): Promise<Lock> {
  const file = await open(layout.lock, 'a', fileMode);
  try {
    await giveToOwner(layout.lock, file);
    const status = await flock(file.fd, [...patience, '-x']);
    if (status === conflict) throw new RejuvError('records-locked', { path: layout.directory });
    if (status !== 0) throw unwritable(layout.directory, `flock ended with ${status ?? 'a signal'}`);
  } catch (error) {
    await file.close();
    throw error;
  }
  return { release: () => file.close() };
}

/**
 * Whether somebody has the records open to write them; null where it may not be looked at. Takes nothing that a writer
 * would notice.
 */
export async function isLocked(layout: Layout): Promise<boolean | null> {
  try {
    const file = await open(layout.lock, 'r');
    try {
      const status = await flock(file.fd, ['-n', '-s']);
      return status === 0 || status === conflict ? status === conflict : null;
    } finally {
      await file.close();
    }
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? false : null;
  }
}

function flock(fd: number, how: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn('flock', [...how, '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] });
    child.once('error', (error) => {
      reject(new Error(`cannot run flock (package util-linux): ${error.message}`, { cause: error }));
    });
    child.once('exit', resolve);
  });
}
