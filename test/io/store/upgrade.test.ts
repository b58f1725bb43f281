import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { currentFormat } from '../../../src/io/store/format.ts';
import { layoutOf } from '../../../src/io/store/layout.ts';
import { openLocked } from '../../../src/io/store/open-locked.ts';
import { openStore } from '../../../src/io/store/open-store.ts';
import { readRecords } from '../../../src/io/store/read-records.ts';
import { setAside } from '../../../src/io/store/set-aside.ts';
import { chanceOf, FakeDisk } from '../../fakes/disk.ts';
import { folded, opened, someEvents, verified } from './events.ts';
import { scratch } from './scratch.ts';

/** As rejuv wrote it in format 1: operations had no `run`, records neither schedules nor runs. */
function first(events: readonly unknown[], after = 0): string {
  const seal = (number: number, text: string): string =>
    crc32(`1:${number}:${text}`).toString(16).padStart(8, '0');
  const header = `{"format":1,"after":${after},"crc":"${seal(after, '')}"}\n`;
  const lines = events.map((event, index) => {
    const text = JSON.stringify(event).replaceAll('"run":null,', '');
    return `{"seq":${after + index + 1},"crc":"${seal(after + index + 1, text)}","event":${text}}\n`;
  });
  return header + lines.join('');
}

function firstSnapshot(seq: number, events: typeof someEvents): string {
  const { servers, operations, processes, alerts } = folded(events);
  const records = { servers, operations, processes, alerts };
  const text = JSON.stringify(records).replaceAll('"run":null,', '');
  const crc = crc32(`1:${seq}:${text}`).toString(16).padStart(8, '0');
  return `{"format":1,"seq":${seq},"crc":"${crc}"}\n${text}\n`;
}

/** As rejuv wrote it in format 3: nothing was measured, no weight was set, no server rolled through. */
function third(events: readonly unknown[], after = 0): string {
  const seal = (number: number, text: string): string =>
    crc32(`3:${number}:${text}`).toString(16).padStart(8, '0');
  const lines = events.map((event, index) => {
    const text = JSON.stringify(event).replaceAll('"because":null,"effect":null,', '');
    return `{"seq":${after + index + 1},"crc":"${seal(after + index + 1, text)}","event":${text}}\n`;
  });
  return `{"format":3,"after":${after},"crc":"${seal(after, '')}"}\n${lines.join('')}`;
}

function thirdSnapshot(seq: number, events: typeof someEvents): string {
  const { rolls, servers, ...others } = folded(events);
  expect(rolls).toEqual([]);
  const bare = Object.entries(servers).map(([name, { aged, weights, ...server }]) => {
    expect([aged, weights]).toEqual([[], {}]);
    return [name, server];
  });
  const records = { ...others, servers: Object.fromEntries(bare) as unknown };
  const text = JSON.stringify(records).replaceAll('"because":null,"effect":null,', '');
  const crc = crc32(`3:${seq}:${text}`).toString(16).padStart(8, '0');
  return `{"format":3,"seq":${seq},"crc":"${crc}"}\n${text}\n`;
}

describe('records of an older format', () => {
  it('of before anything was measured are read: nothing is aged, and no effect is owed', async () => {
    const journal = await scratch();
    await writeFile(join(journal, 'journal.jsonl'), third(someEvents));
    expect(third(someEvents)).not.toContain('because');
    expect(await readRecords(journal)).toEqual(folded(someEvents));
    const snapshot = await scratch();
    await writeFile(join(snapshot, 'snapshot.jsonl'), thirdSnapshot(someEvents.length, someEvents));
    await writeFile(join(snapshot, 'journal.jsonl'), third([], someEvents.length));
    const store = await openStore({ directory: snapshot });
    expect(store.records).toEqual(folded(someEvents));
    await store.append(verified(9));
    await store.close();
    expect(await readRecords(snapshot)).toEqual(folded([...someEvents, verified(9)]));
    expect(await readdir(snapshot)).toContain('snapshot.jsonl.format-3');
  });

  it('are read as they are, and nothing is written by who only looks', async () => {
    const directory = await scratch();
    await writeFile(join(directory, 'journal.jsonl'), first(someEvents));
    expect(await readRecords(directory)).toEqual(folded(someEvents));
    expect(await readdir(directory)).toEqual(['journal.jsonl']);
  });

  it('are upgraded at the start, after a copy is kept', async () => {
    const directory = await scratch();
    const old = {
      journal: first(someEvents.slice(3), 3),
      snapshot: firstSnapshot(3, someEvents.slice(0, 3)),
    };
    await writeFile(join(directory, 'journal.jsonl'), `${old.journal}{"seq":9,"cr`);
    await writeFile(join(directory, 'snapshot.jsonl'), old.snapshot);
    const store = await openStore({ directory });
    expect(store.records).toEqual(folded(someEvents));
    await store.append(opened('op-new'));
    await store.close();
    expect(await readRecords(directory)).toEqual(folded([...someEvents, opened('op-new')]));
    const kept = await readFile(join(directory, 'snapshot.jsonl.format-1'), 'utf8');
    expect(kept).toBe(old.snapshot);
    expect(await readFile(join(directory, 'journal.jsonl.format-1'), 'utf8')).toContain(old.journal);
    expect(await readFile(join(directory, 'journal.jsonl'), 'utf8')).toContain(`{"format":${currentFormat},`);
  });

  it('survive a crash between the new snapshot and the new journal', async () => {
    const directory = await scratch();
    await writeFile(join(directory, 'journal.jsonl'), first(someEvents));
    const store = await openStore({ directory });
    await store.close();
    // The old journal is still there beside the new snapshot.
    await writeFile(join(directory, 'journal.jsonl'), first(someEvents));
    const again = await openStore({ directory });
    expect(again.records).toEqual(folded(someEvents));
    await again.append(verified(7));
    await again.close();
    expect(await readRecords(directory)).toEqual(folded([...someEvents, verified(7)]));
  });

  it('keep both old files after a crash in the middle, however often it is begun again', async () => {
    const directory = await scratch();
    const old = {
      journal: first(someEvents.slice(3), 3),
      snapshot: firstSnapshot(3, someEvents.slice(0, 3)),
    };
    await writeFile(join(directory, 'journal.jsonl'), old.journal);
    await writeFile(join(directory, 'snapshot.jsonl'), old.snapshot);
    await (await openStore({ directory })).close();
    // The new snapshot was there, and the old journal still in its place.
    await writeFile(join(directory, 'journal.jsonl'), old.journal);
    await (await openStore({ directory })).close();
    const names = (await readdir(directory)).filter((name) => name.includes('.format-'));
    expect(names.toSorted()).toEqual(['journal.jsonl.format-1', 'snapshot.jsonl.format-1']);
    expect(await readFile(join(directory, 'snapshot.jsonl.format-1'), 'utf8')).toBe(old.snapshot);
    expect(await readFile(join(directory, 'journal.jsonl.format-1'), 'utf8')).toBe(old.journal);
    expect(await readRecords(directory)).toEqual(folded(someEvents));
  });

  it('are the old ones or the new ones after a crash or a power loss in any moment of the upgrade', async () => {
    const layout = layoutOf('/records');
    const lock = { release: () => Promise.resolve() };
    const options = { lock, reserveBytes: 24, rotation: { bytes: 2 ** 30, lines: 2 ** 30 } };
    const old = {
      journal: first(someEvents.slice(3), 3),
      snapshot: firstSnapshot(3, someEvents.slice(0, 3)),
    };
    for (let after = 0; after < 60; after += 1) {
      for (let seed = 0; seed < 4; seed += 1) {
        const disk = new FakeDisk(64);
        disk.put(layout.journal, old.journal);
        disk.put(layout.snapshot, old.snapshot);
        const dying = disk.boot();
        disk.killAfter(after, chanceOf(seed));
        await openLocked(layout, { ...options, disk: dying }).catch(() => null);
        if (seed % 2 === 0) disk.losePower(chanceOf(seed + 50));
        const store = await openLocked(layout, { ...options, disk: disk.boot() });
        expect(store.records).toEqual(folded(someEvents));
        expect(disk.files().get(`${layout.snapshot}.format-1`)?.toString()).toBe(old.snapshot);
        expect(disk.files().get(`${layout.journal}.format-1`)?.toString()).toBe(old.journal);
      }
    }
  });

  it('that are damaged are set aside as they are, and new ones of this format start from them', async () => {
    const directory = await scratch();
    const old = first(someEvents).replace('"held"', '"hElD"');
    await writeFile(join(directory, 'journal.jsonl'), old);
    const done = await setAside(directory, 2_000);
    expect(await readFile(done?.kept[0] ?? '', 'utf8')).toBe(old);
    expect(await readFile(join(directory, 'snapshot.jsonl'), 'utf8')).toContain(
      `{"format":${currentFormat},`,
    );
    expect((await readRecords(directory)).operations[0]).toMatchObject({
      id: 'op-1',
      run: null,
      because: null,
    });
    await (await openStore({ directory })).close();
  });

  it('of format 2 know no faults, and no pause that holds up failovers', async () => {
    const directory = await scratch();
    const paused = { type: 'paused', at: 7, by: 'anna', reason: 'a deploy', until: null } as const;
    const { servers, operations, schedules, runs, pause, processes, alerts } = folded(someEvents);
    const text = JSON.stringify({ servers, operations, schedules, runs, pause, processes, alerts });
    const seal = (number: number, sealed: string): string =>
      crc32(`2:${number}:${sealed}`).toString(16).padStart(8, '0');
    await writeFile(
      join(directory, 'snapshot.jsonl'),
      `{"format":2,"seq":6,"crc":"${seal(6, text)}"}\n${text}\n`,
    );
    const line = JSON.stringify(paused);
    await writeFile(
      join(directory, 'journal.jsonl'),
      `{"format":2,"after":6,"crc":"${seal(6, '')}"}\n{"seq":7,"crc":"${seal(7, line)}","event":${line}}\n`,
    );
    expect(await readRecords(directory)).toEqual(
      folded([...someEvents, { ...paused, includingFailover: false }]),
    );
  });

  it('of a newer rejuv are refused', async () => {
    const directory = await scratch();
    await writeFile(
      join(directory, 'journal.jsonl'),
      `{"format":${currentFormat + 1},"after":0,"crc":"00000000"}\n`,
    );
    await expect(openStore({ directory })).rejects.toMatchObject({ code: 'records-newer' });
  });
});
