import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../src/io/store/open-store.ts';
import { readRecords } from '../../../src/io/store/read-records.ts';
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

describe('records of an older format', () => {
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
    expect(await readFile(join(directory, 'journal.jsonl'), 'utf8')).toContain('{"format":3,');
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
    await writeFile(join(directory, 'journal.jsonl'), '{"format":4,"after":0,"crc":"00000000"}\n');
    await expect(openStore({ directory })).rejects.toMatchObject({ code: 'records-newer' });
  });
});
