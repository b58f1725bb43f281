import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../src/io/store/open-store.ts';
import { readRecords } from '../../../src/io/store/read-records.ts';
import { folded, opened, verified } from './events.ts';
import { scratch } from './scratch.ts';

// An operation opened twice would be there twice, so these events show what is applied twice.
const events = [...Array.from({ length: 8 }, (_, i) => opened(`op-${i}`)), verified(1)];
const never = { bytes: 2 ** 30, lines: 2 ** 30 };

/** Two directories with the same records: as they were right before a rotation and right after it. */
async function beforeAndAfter(): Promise<{ before: string; after: string }> {
  const [before, after] = [await scratch(), await scratch()];
  const first = await openStore({ directory: before, rotation: never });
  for (const event of events) await first.append(event);
  await first.close();
  await cp(before, after, { recursive: true });
  // One more event and the line before would differ, so the rotation happens at the last of them.
  await rm(join(after, 'journal.jsonl'));
  const second = await openStore({
    directory: after,
    rotation: { bytes: 2 ** 30, lines: events.length + 1 },
  });
  for (const event of events) await second.append(event);
  await second.close();
  expect((await readFile(join(after, 'journal.jsonl'), 'utf8')).split('\n')).toHaveLength(2);
  return { before, after };
}

async function expectAll(directory: string): Promise<void> {
  expect(await readRecords(directory)).toEqual(folded(events));
  const store = await openStore({ directory, rotation: never });
  expect(store.records).toEqual(folded(events));
  await store.append(verified(2));
  await store.close();
  const again = await openStore({ directory, rotation: never });
  expect(again.records).toEqual(folded([...events, verified(2)]));
  await again.close();
  expect((await readdir(directory)).filter((name) => name.endsWith('.new'))).toEqual([]);
}

describe('a long journal', () => {
  it('is folded into a snapshot again and again, and nothing is lost or doubled', async () => {
    const directory = await scratch();
    const rotation = { bytes: 2 ** 30, lines: 7 };
    let store = await openStore({ directory, rotation });
    const all = Array.from({ length: 100 }, (_, i) => opened(`op-${i}`));
    for (const [i, event] of all.entries()) {
      await store.append(event);
      if (i % 9 === 0) {
        await store.close();
        store = await openStore({ directory, rotation });
      }
    }
    expect(store.records).toEqual(folded(all));
    await store.close();
    expect(await readRecords(directory)).toEqual(folded(all));
    expect((await readFile(join(directory, 'journal.jsonl'), 'utf8')).split('\n').length).toBeLessThan(9);
  });

  it('is folded by its size too', async () => {
    const directory = await scratch();
    const store = await openStore({ directory, rotation: { bytes: 2_000, lines: 2 ** 30 } });
    for (const event of events) await store.append(event);
    await store.close();
    expect(await readdir(directory)).toContain('snapshot.jsonl');
    expect(await readRecords(directory)).toEqual(folded(events));
  });
});

describe('a crash while the snapshot is made', () => {
  it('loses nothing with the snapshot written in part, under its other name', async () => {
    const { before, after } = await beforeAndAfter();
    const snapshot = await readFile(join(after, 'snapshot.jsonl'));
    await writeFile(join(before, 'snapshot.jsonl.new'), snapshot.subarray(0, snapshot.length / 2));
    await expectAll(before);
  });

  it('applies nothing twice with the snapshot in place and the old journal still there', async () => {
    const { before, after } = await beforeAndAfter();
    await cp(join(after, 'snapshot.jsonl'), join(before, 'snapshot.jsonl'));
    await writeFile(join(before, 'journal.jsonl.new'), '{"form');
    await expectAll(before);
  });

  it('goes on with the new journal once it is in place', async () => {
    await expectAll((await beforeAndAfter()).after);
  });
});

describe('a snapshot that cannot be written', () => {
  it('costs no record, and is tried again later', async () => {
    const directory = await scratch();
    const store = await openStore({ directory, rotation: { bytes: 2 ** 30, lines: 4 } });
    // A directory of that name is in the way, for root as well.
    await mkdir(join(directory, 'snapshot.jsonl.new'));
    for (const event of events) await store.append(event);
    expect(store.records).toEqual(folded(events));
    await rm(join(directory, 'snapshot.jsonl.new'), { recursive: true, force: true });
    for (let i = 0; i < 8; i += 1) await store.append(verified(i));
    await store.close();
    expect(await readdir(directory)).toContain('snapshot.jsonl');
    expect(await readRecords(directory)).toEqual(folded([...events, verified(7)]));
  });
});
