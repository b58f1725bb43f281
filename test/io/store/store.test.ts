import { chown, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { realDisk } from '../../../src/io/store/disk.ts';
import { currentFormat } from '../../../src/io/store/format.ts';
import { openStore } from '../../../src/io/store/open-store.ts';
import { readRecords } from '../../../src/io/store/read-records.ts';
import { folded, opened, someEvents, verified } from './events.ts';
import { scratch } from './scratch.ts';

describe('the records', () => {
  it('are empty at the first start, which creates the directory', async () => {
    const directory = join(await scratch(), 'var', 'lib');
    const store = await openStore({ directory });
    expect(store.records).toEqual(folded([]));
    await store.close();
  });

  it('have the name of every directory on the disk that had to be made for them', async () => {
    const base = await scratch();
    const synced = vi.spyOn(realDisk, 'syncDirectory');
    onTestFinished(() => synced.mockRestore());
    await (await openStore({ directory: join(base, 'var', 'lib', 'rejuv') })).close();
    const paths = synced.mock.calls.map(([path]) => path);
    for (const path of [base, join(base, 'var'), join(base, 'var', 'lib')]) expect(paths).toContain(path);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'belong to the owner of their directory when root writes them',
    async () => {
      const directory = await scratch();
      await chown(directory, 4_321, 8_765);
      const store = await openStore({ directory, rotation: { bytes: 2 ** 30, lines: 2 } });
      await store.append(verified(1));
      await store.append(verified(2));
      await store.close();
      const names = await readdir(directory);
      expect(names.toSorted()).toEqual(['journal.jsonl', 'lock', 'reserve', 'snapshot.jsonl']);
      for (const name of names) {
        expect(await stat(join(directory, name))).toMatchObject({ uid: 4_321, gid: 8_765 });
      }
    },
  );

  it('are the same after a restart', async () => {
    const directory = await scratch();
    const first = await openStore({ directory });
    for (const event of someEvents) await first.append(event);
    expect(first.records).toEqual(folded(someEvents));
    await first.close();

    const second = await openStore({ directory });
    expect(second.records).toEqual(folded(someEvents));
    await second.append(verified(9_999));
    await second.close();
    expect(await readRecords(directory)).toEqual(folded([...someEvents, verified(9_999)]));
  });

  it('keep the order of appends that nobody waited for', async () => {
    const directory = await scratch();
    const store = await openStore({ directory });
    const events = Array.from({ length: 500 }, (_, i) => verified(i, `web${i % 3}`));
    const resolved: number[] = [];
    await Promise.all(events.map((event, i) => store.append(event).then(() => resolved.push(i))));
    expect(resolved).toEqual(events.map((_, i) => i));
    expect(store.records).toEqual(folded(events));
    await store.close();
    const lines = (await readFile(join(directory, 'journal.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(lines.slice(1).map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual(
      events.map((_, i) => i + 1),
    );
  });

  it('have an event only once it is on the disk', async () => {
    const directory = await scratch();
    const store = await openStore({ directory });
    const appending = store.append(opened('op-1'));
    expect(store.records.operations).toEqual([]);
    await appending;
    expect((await readRecords(directory)).operations).toHaveLength(1);
    await store.close();
  });

  it('take what was appended before they are closed, and nothing afterwards', async () => {
    const directory = await scratch();
    const store = await openStore({ directory });
    const appending = store.append(verified(1));
    await store.close();
    await appending;
    await expect(store.append(verified(2))).rejects.toMatchObject({ code: 'records-unwritable' });
    expect(await readRecords(directory)).toEqual(folded([verified(1)]));
  });

  it('of a newer format are refused, and left as they are', async () => {
    for (const file of ['journal.jsonl', 'snapshot.jsonl']) {
      const directory = await scratch();
      await (await openStore({ directory })).close();
      const text = `{"format":${currentFormat + 1},"something":"else"}\nunknown`;
      await writeFile(join(directory, file), text);
      await expect(openStore({ directory })).rejects.toMatchObject({
        code: 'records-newer',
        facts: { path: join(directory, file), found: currentFormat + 1, known: currentFormat },
      });
      expect(await readFile(join(directory, file), 'utf8')).toBe(text);
    }
  });
});

describe('a reader without the lock', () => {
  it('reads while the sidecar writes', async () => {
    const directory = await scratch();
    const store = await openStore({ directory, rotation: { bytes: 2 ** 30, lines: 10 } });
    let last = 0;
    for (let i = 1; i <= 200; i += 1) {
      const appending = store.append(verified(i));
      const seen = (await readRecords(directory)).servers['shop/web1']?.verifiedAt ?? 0;
      expect(seen).toBeGreaterThanOrEqual(last);
      last = seen;
      await appending;
    }
    await store.close();
  });

  it('finds nothing where no records are', async () => {
    expect(await readRecords(join(await scratch(), 'nothing'))).toEqual(folded([]));
  });
});
