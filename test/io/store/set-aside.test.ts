import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/domain/seams.ts';
import { isEnd } from '../../../src/domain/operation.ts';
import { openOperations, type Records } from '../../../src/domain/records.ts';
import { examine } from '../../../src/io/store/examine.ts';
import { layoutOf } from '../../../src/io/store/layout.ts';
import { openLocked } from '../../../src/io/store/open-locked.ts';
import { readRecords } from '../../../src/io/store/read-records.ts';
import { setAsideLocked, type SetAside } from '../../../src/io/store/set-aside.ts';
import { chanceOf, FakeDisk } from '../../fakes/disk.ts';
import { damagedFiles, open } from './damaged-files.ts';
import { folded, verified } from './events.ts';

const layout = layoutOf('/records');
const at = Date.parse('2026-11-21T03:30:00.250Z');

function diskWith({ journal, snapshot }: { journal: string | null; snapshot: string | null }): FakeDisk {
  const disk = new FakeDisk(64);
  if (journal !== null) disk.put(layout.journal, journal);
  if (snapshot !== null) disk.put(layout.snapshot, snapshot);
  return disk;
}

async function start(disk: FakeDisk): Promise<Store> {
  const rotation = { bytes: 2 ** 30, lines: 2 ** 30 };
  const lock = { release: () => Promise.resolve() };
  return await openLocked(layout, { disk: disk.boot(), lock, reserveBytes: 24, rotation });
}

async function setAside(disk: FakeDisk): Promise<SetAside> {
  const done = await setAsideLocked(layout, disk.boot(), at);
  if (done === null) throw new Error('nothing was set aside');
  return done;
}

/** Every content that a file of the directory has. */
function contents(disk: FakeDisk): string[] {
  return [...disk.files().values()].map((bytes) => bytes.toString());
}

/** Done again in the same instant, the names have a number, and a person is told again. */
function withoutAlerts(records: Records): Records {
  const text = JSON.stringify({ ...records, alerts: [] });
  return JSON.parse(text.replaceAll(/(?<=\.250Z)-\d/g, '')) as Records;
}

describe.each(damagedFiles)('records with $name', (files) => {
  it('are refused, and all that is wrong is shown with file and line', async () => {
    const found = {
      journal: files.journal === null ? null : Buffer.from(files.journal),
      snapshot: files.snapshot === null ? null : Buffer.from(files.snapshot),
    };
    const seen = examine(layout, found);
    expect(seen.damages[0]).toMatchObject({ path: layout[files.file], line: files.line });
    expect(seen.records).toEqual(folded(open.slice(0, files.trusted)));
    await expect(start(diskWith(files))).rejects.toMatchObject({
      code: 'records-damaged',
      facts: { path: layout[files.file], line: files.line },
    });
  });

  it('are set aside whole, and new ones start from what stood before the damage, with nothing open', async () => {
    const disk = diskWith(files);
    const before = contents(disk);
    const done = await setAside(disk);
    expect(done.kept.every((name) => /\.damaged-2026-11-21T03-30-00\.250Z$/.test(name))).toBe(true);
    expect(contents(disk)).toEqual(expect.arrayContaining(before));
    const store = await start(disk);
    const { records } = store;
    const kept = folded(open.slice(0, files.trusted));
    expect(records.operations.map(({ id }) => id)).toEqual(kept.operations.map(({ id }) => id));
    expect(openOperations(records)).toEqual([]);
    for (const operation of openOperations(kept)) {
      expect(records.operations.find(({ id }) => id === operation.id)).toMatchObject({
        phase: 'failed',
        cause: { end: 'failed', code: 'records-set-aside' },
      });
      expect(records.servers[`${operation.backend}/${operation.server}`]?.hold).toMatchObject({
        failed: true,
        reason: expect.stringContaining('the records were damaged') as string,
      });
    }
    expect(records.alerts.at(-1)).toMatchObject({ code: 'records-set-aside' });
    await store.append(verified(2_000));
    await store.close();
    expect((await readRecords('/records', disk.boot())).servers['shop/web1']?.verifiedAt).toBe(2_000);
  });

  it('are the old ones or the new ones after a crash in any moment of that, and it can be done again', async () => {
    const whole = diskWith(files);
    await setAside(whole);
    const wanted = withoutAlerts(await readRecords('/records', whole.boot()));
    const before = contents(diskWith(files));
    for (const power of [false, true]) {
      for (let after = 0; after < whole.operations; after += 1) {
        for (let seed = 0; seed < 3; seed += 1) {
          const disk = diskWith(files);
          const dying = disk.boot();
          disk.killAfter(after, chanceOf(seed));
          await setAsideLocked(layout, dying, at).catch(() => null);
          if (power) disk.losePower(chanceOf(seed + 100));
          expect(contents(disk)).toEqual(expect.arrayContaining(before));
          const early = await start(disk).catch(() => null);
          // What starts after it is the new records, and never anything in between.
          if (early !== null) expect(withoutAlerts(early.records)).toEqual(wanted);
          else await setAside(disk);
          const store = await start(disk);
          expect(withoutAlerts(store.records)).toEqual(wanted);
          expect(contents(disk)).toEqual(expect.arrayContaining(before));
        }
      }
    }
  });
});

describe('setting records aside', () => {
  it('holds every server that an operation may have touched, and each that is named after the damage', async () => {
    const files = damagedFiles.find(({ name }) => name === 'a wrong byte in the middle')!;
    const disk = diskWith(files);
    const { start: begun } = await setAside(disk);
    expect(begun.ended.map(({ id }) => id)).toEqual(['op-1']);
    expect(begun.lost).toMatchObject({ entries: 2, operations: [{ id: 'op-2' }] });
    expect(begun.held.map(({ server }) => server).toSorted()).toEqual(['web1', 'web3', 'web4', 'web5']);
    expect(begun.records.servers['shop/web1']?.hold?.operation).toBe('op-1');
  });

  it('changes nothing in sound records, with an unterminated last line or without', async () => {
    const files = damagedFiles.find(({ name }) => name === 'a snapshot beside a journal of everything')!;
    for (const journal of [files.journal!, files.journal!.slice(0, -3), null]) {
      const disk = diskWith({ journal, snapshot: null });
      const before = disk.files();
      expect(await setAsideLocked(layout, disk.boot(), at)).toBeNull();
      expect(disk.files()).toEqual(before);
    }
  });

  it('leaves records of a newer format alone', async () => {
    const disk = diskWith({ journal: '{"format":9,"after":0}\nx\n', snapshot: null });
    await expect(setAsideLocked(layout, disk.boot(), at)).rejects.toMatchObject({ code: 'records-newer' });
    expect(disk.files().size).toBe(1);
  });

  it('twice in the same instant keeps both', async () => {
    const [files] = damagedFiles;
    const disk = diskWith(files!);
    await setAside(disk);
    disk.put(layout.journal, files!.journal!);
    const again = await setAside(disk);
    expect(again.kept).toContain(`${layout.journal}.damaged-2026-11-21T03-30-00.250Z-2`);
  });

  it('ends operations through phases that the table allows', async () => {
    const disk = diskWith(damagedFiles[0]!);
    await setAside(disk);
    const { records } = await start(disk);
    expect(records.operations.every(({ phase, endedAt }) => isEnd(phase) && endedAt === at)).toBe(true);
  });
});
