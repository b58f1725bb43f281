import { execFileSync } from 'node:child_process';
import { chmod, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Event } from '../../../src/domain/event.ts';
import type { Store } from '../../../src/domain/seams.ts';
import { openStore } from '../../../src/io/store/open-store.ts';
import { readRecords } from '../../../src/io/store/read-records.ts';
import { setAside } from '../../../src/io/store/set-aside.ts';
import { folded, opened, verified } from './events.ts';
import { scratch } from './scratch.ts';

const root = process.getuid?.() === 0;
if (!root && process.env['CI'] === 'true') throw new Error('the tests of full and read-only disks need root');
const why = root ? '' : ' (skipped: mounting a small disk needs root)';

/** A disk of 256 KiB that goes with its test. */
async function smallDisk(): Promise<string> {
  const directory = await scratch();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', directory]);
  onTestFinished(() => void execFileSync('umount', ['-l', directory]));
  return directory;
}

/** Fills the disk to its last byte; the function gives the room back. */
async function fillUp(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, 'somebody-elses-log');
  const { bavail, bsize } = await statfs(directory);
  await writeFile(path, Buffer.alloc(bavail * bsize));
  return () => rm(path);
}

/** Appends until the room that is left of the current block is used up, too; gives what was recorded. */
async function appendUntilRefused(store: Store, event: (i: number) => Event): Promise<Event[]> {
  const recorded: Event[] = [];
  for (let i = 0; i < 5_000; i += 1) {
    try {
      await store.append(event(i));
      recorded.push(event(i));
    } catch (error) {
      expect(error).toMatchObject({
        code: 'records-unwritable',
        facts: { path: expect.any(String) as string },
      });
      return recorded;
    }
  }
  throw new Error('the disk never got full');
}

describe.skipIf(!root)(`a full disk${why}`, () => {
  it('refuses new operations, and still lets what is under way be written', async () => {
    const directory = await smallDisk();
    const store = await openStore({ directory, reserveBytes: 64 * 1024 });
    const giveBack = await fillUp(directory);

    const recorded = await appendUntilRefused(store, (i) => opened(`op-${i}`));
    for (let i = 0; i < 100; i += 1) {
      await store.append(verified(i));
      recorded.push(verified(i));
    }
    await expect(store.append(opened('late'))).rejects.toMatchObject({
      code: 'records-unwritable',
      message: expect.stringContaining('the disk is full') as string,
    });
    expect(store.records).toEqual(folded(recorded));

    await giveBack();
    await store.append(opened('after'));
    expect(store.records).toEqual(folded([...recorded, opened('after')]));
    await store.close();
    expect(await readRecords(directory)).toEqual(folded([...recorded, opened('after')]));
  });

  it('used up to the last byte refuses everything, and keeps what was acknowledged', async () => {
    const directory = await smallDisk();
    const store = await openStore({ directory, reserveBytes: 16 * 1024 });
    await fillUp(directory);
    const recorded = await appendUntilRefused(store, verified);
    expect(recorded.length).toBeGreaterThan(50);
    await store.close();
    expect(await readRecords(directory)).toEqual(folded(recorded));
    const again = await openStore({ directory, reserveBytes: 16 * 1024 });
    expect(again.records).toEqual(folded(recorded));
    await expect(again.append(opened('no'))).rejects.toMatchObject({ code: 'records-unwritable' });
    await again.close();
  });

  it('lets damaged records be set aside in the reserved room', async () => {
    const directory = await smallDisk();
    const store = await openStore({ directory, reserveBytes: 64 * 1024 });
    for (let i = 0; i < 100; i += 1) await store.append(verified(i, `web${i}`));
    await store.close();
    await writeFile(join(directory, 'journal.jsonl'), 'x\n', { flag: 'a' });
    await fillUp(directory);
    expect((await setAside(directory, 1_000))?.seen.seq).toBe(100);
    expect(Object.keys((await readRecords(directory)).servers)).toHaveLength(100);
    await (await openStore({ directory, reserveBytes: 64 * 1024 })).close();
  });

  it('refuses to open a group of operations, but not what came in the same moment', async () => {
    const directory = await smallDisk();
    const store = await openStore({ directory, reserveBytes: 64 * 1024 });
    await fillUp(directory);
    const big = (i: number): Event => verified(i, `w${'x'.repeat(200)}${i}`);
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 40 }, (_, i) => store.append(big(i))),
      store.append(opened('op-1')),
    ]);
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(40);
    expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'records-unwritable' } });
    await store.close();
  });
});

describe('a directory that cannot be written', () => {
  it.skipIf(!root)(`is refused on a read-only disk${why}`, async () => {
    const directory = await smallDisk();
    await (await openStore({ directory, reserveBytes: 4096 })).close();
    execFileSync('mount', ['-o', 'remount,ro', directory]);
    await expect(openStore({ directory })).rejects.toMatchObject({
      code: 'records-unwritable',
      message: expect.stringContaining('read-only file system') as string,
    });
    expect(await readRecords(directory)).toEqual(folded([]));
  });

  // Root may write everywhere but on a read-only disk.
  if (!root) {
    it('is refused without permission', async () => {
      const directory = await scratch();
      await chmod(directory, 0o500);
      await expect(openStore({ directory })).rejects.toMatchObject({ code: 'records-unwritable' });
    });
  }

  it('is refused where a file is in its place', async () => {
    const path = join(await scratch(), 'file');
    await writeFile(path, '');
    await expect(openStore({ directory: join(path, 'records') })).rejects.toMatchObject({
      code: 'records-unwritable',
      facts: { path: join(path, 'records') },
    });
  });
});
