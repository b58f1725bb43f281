import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RejuvError } from '../../../src/domain/errors.ts';
import { fold } from '../../../src/io/store/fold.ts';
import { entryLine, journalHeader, snapshotText } from '../../../src/io/store/format.ts';
import { layoutOf } from '../../../src/io/store/layout.ts';
import { openStore } from '../../../src/io/store/open-store.ts';
import { readRecords } from '../../../src/io/store/read-records.ts';
import { folded, someEvents, verified } from './events.ts';
import { scratch } from './scratch.ts';

const layout = layoutOf('/records');
const lines = [journalHeader(0), ...someEvents.map((event, i) => entryLine({ seq: i + 1, event }))];
const journal = Buffer.from(lines.join(''));

function refusal(act: () => unknown): RejuvError | null {
  try {
    act();
    return null;
  } catch (error) {
    return error as RejuvError;
  }
}

describe('a journal cut off by a crash', () => {
  it('gives exactly its whole lines, wherever it was cut', () => {
    const headerBytes = Buffer.byteLength(lines[0]!);
    for (let end = headerBytes; end <= journal.length; end += 1) {
      const cut = journal.subarray(0, end);
      const whole = cut.toString('latin1').split('\n').length - 2;
      const result = fold(layout, { journal: cut, snapshot: null });
      expect(result.records).toEqual(folded(someEvents.slice(0, whole)));
      expect(result.seq).toBe(whole);
      expect(cut.subarray(0, result.wholeBytes)).toEqual(Buffer.from(lines.slice(0, whole + 1).join('')));
    }
  });

  it('is refused without its header, which is never written half', () => {
    for (let end = 0; end < Buffer.byteLength(lines[0]!); end += 1) {
      const cut = journal.subarray(0, end);
      expect(refusal(() => fold(layout, { journal: cut, snapshot: null }))).toMatchObject({
        code: 'records-damaged',
        facts: { path: layout.journal, line: 1 },
      });
    }
  });

  it('loses its unterminated line on the disk at the next start, and goes on after it', async () => {
    const directory = await scratch();
    const path = join(directory, 'journal.jsonl');
    await writeFile(path, Buffer.concat([journal, Buffer.from('{"seq":7,"crc":"0000')]));
    expect(await readRecords(directory)).toEqual(folded(someEvents));
    const store = await openStore({ directory });
    expect(await readFile(path)).toEqual(journal);
    await store.append(verified(7));
    await store.close();
    expect(await readFile(path, 'utf8')).toBe(journal.toString() + entryLine({ seq: 7, event: verified(7) }));
  });
});

describe('any other damage', () => {
  it('of a single byte or bit of the journal is refused, wherever it is', () => {
    for (let i = 0; i < journal.length; i += 1) {
      for (const mask of [0x01, 0x02, 0x20, 0x80, 0xff]) {
        const bytes = Buffer.from(journal);
        bytes.writeUInt8(bytes.readUInt8(i) ^ mask, i);
        const error = refusal(() => fold(layout, { journal: bytes, snapshot: null }));
        expect(error?.code, `byte ${i} ^ ${mask}`).toMatch(/^records-(damaged|newer)$/);
      }
    }
  });

  it('of a single byte of the snapshot is refused too', () => {
    const snapshot = Buffer.from(snapshotText(6, folded(someEvents)));
    expect(fold(layout, { journal, snapshot }).records).toEqual(folded(someEvents));
    for (let i = 0; i < snapshot.length; i += 1) {
      const bytes = Buffer.from(snapshot);
      bytes.writeUInt8(bytes.readUInt8(i) ^ 0x01, i);
      expect(
        refusal(() => fold(layout, { journal, snapshot: bytes })),
        `byte ${i}`,
      ).not.toBeNull();
    }
  });

  it('says the file, the line and what is wrong', () => {
    const wrong = [...lines];
    wrong[3] = wrong[3]!.replace('spare', 'primary');
    expect(
      refusal(() => fold(layout, { journal: Buffer.from(wrong.join('')), snapshot: null }))?.message,
    ).toBe(`the records ${layout.journal} are damaged at line 4: its checksum is wrong`);
  });

  it.each([
    ['a line missing in the middle', lines.toSpliced(3, 1)],
    ['a line twice', lines.toSpliced(3, 0, lines[3]!)],
    ['two lines in the wrong order', lines.toSpliced(2, 2, lines[3]!, lines[2]!)],
    ['an empty line', lines.toSpliced(3, 0, '\n')],
    ['a journal that starts after a snapshot that is gone', [journalHeader(5), ...lines.slice(6)]],
  ])('is refused: %s', (_, damage) => {
    expect(refusal(() => fold(layout, { journal: Buffer.from(damage.join('')), snapshot: null }))?.code).toBe(
      'records-damaged',
    );
  });

  it('is refused at the start, and nothing is changed', async () => {
    const directory = await scratch();
    const path = join(directory, 'journal.jsonl');
    const bytes = Buffer.from(lines.toSpliced(3, 1).join(''));
    await writeFile(path, bytes);
    await expect(openStore({ directory })).rejects.toMatchObject({ code: 'records-damaged' });
    await expect(readRecords(directory)).rejects.toMatchObject({ code: 'records-damaged' });
    expect(await readFile(path)).toEqual(bytes);
  });

  it('is refused: a snapshot whose journal is gone or ends before it', async () => {
    const directory = await scratch();
    await writeFile(join(directory, 'snapshot.jsonl'), snapshotText(6, folded(someEvents)));
    await expect(openStore({ directory })).rejects.toMatchObject({ code: 'records-damaged' });
    await writeFile(join(directory, 'journal.jsonl'), lines.slice(0, 5).join(''));
    await expect(openStore({ directory })).rejects.toMatchObject({ code: 'records-damaged' });
  });
});
