import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../../src/domain/errors.ts';
import { openOperations } from '../../../src/domain/records.ts';
import { examine } from '../../../src/io/store/examine.ts';
import { currentFormat, entryLine, journalHeader, snapshotText } from '../../../src/io/store/format.ts';
import { freshStart } from '../../../src/io/store/fresh-start.ts';
import { layoutOf } from '../../../src/io/store/layout.ts';
import type { Found, Walk } from '../../../src/io/store/walk.ts';
import { folded, someEvents, verified } from './events.ts';

const layout = layoutOf('/records');
const events = [...someEvents, verified(1_007), verified(1_008, 'web2')];
const lines = events.map((event, i) => entryLine({ seq: i + 1, event }));
const prefixes = events.map((_, i) => JSON.stringify(folded(events.slice(0, i + 1))));
const none = JSON.stringify(folded([]));

interface Files {
  readonly name: string;
  readonly journal: readonly string[];
  readonly snapshot: string | null;
}

/** As a journal alone, behind a snapshot, and in the middle of a rotation. */
const all: readonly Files[] = [
  { name: 'a journal of everything', journal: [journalHeader(0), ...lines], snapshot: null },
  {
    name: 'a journal behind its snapshot',
    journal: [journalHeader(5), ...lines.slice(5)],
    snapshot: snapshotText(5, folded(events.slice(0, 5))),
  },
  {
    name: 'a journal of what the snapshot holds, and more',
    journal: [journalHeader(0), ...lines],
    snapshot: snapshotText(5, folded(events.slice(0, 5))),
  },
];

/** How many of the events are read, or null when they are refused. Anything else than what was written is an error. */
function read(found: Found): number | null {
  try {
    const { damages, records } = examine(layout, found);
    if (damages.length > 0) return null;
    const text = JSON.stringify(records);
    if (text === none) return 0;
    expect(prefixes).toContain(text);
    return prefixes.indexOf(text) + 1;
  } catch (error) {
    if (error instanceof RejuvError && error.code === 'records-newer') return null;
    throw error;
  }
}

function found(journal: readonly string[] | Buffer, snapshot: string | Buffer | null): Found {
  const bytes = Buffer.isBuffer(journal) ? journal : Buffer.from(journal.join(''));
  return { journal: bytes, snapshot: snapshot === null ? null : Buffer.from(snapshot) };
}

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << bit), at);
  return copy;
}

/** Set aside half-way, with the new snapshot in place before the new journal is: nothing may start on that. */
function expectHalfWayRefused(journal: Buffer, snapshot: string | null): void {
  let seen: Walk;
  try {
    seen = examine(layout, found(journal, snapshot));
  } catch {
    // Of a newer format, by its own words: it is left alone.
    return;
  }
  const start = freshStart(seen, 'aside', 1_000);
  const half = examine(layout, found(journal, snapshotText(start.seq, start.records)));
  expect(half.damages.length).toBeGreaterThan(0);
  expect(JSON.stringify(half.records)).toBe(JSON.stringify(start.records));
  expect(openOperations(half.records)).toEqual([]);
}

describe.each(all)('$name', ({ journal, snapshot }) => {
  const bytes = Buffer.from(journal.join(''));
  const base = snapshot === null ? 0 : 5;

  it('cut at every byte is read up to its last whole line, or refused', () => {
    for (let end = 0; end <= bytes.length; end += 1) {
      const cut = bytes.subarray(0, end);
      const whole = cut.toString('latin1').split('\n').length - 1;
      const last = Number(/"after":(\d+)/.exec(journal[0]!)![1]) + whole - 1;
      const wanted = whole === 0 || last < base ? null : last;
      expect(read(found(cut, snapshot)), `${end} bytes`).toBe(wanted);
    }
  });

  it('with a bit flipped at any byte is refused', () => {
    for (let at = 0; at < bytes.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        expect(read(found(flipped(bytes, at, bit), snapshot)), `byte ${at}, bit ${bit}`).toBeNull();
      }
    }
  });

  it('with any line doubled, left out, or swapped with any other is refused, but for the last ones missing', () => {
    const count = journal.length;
    for (let i = 0; i < count; i += 1) {
      expect(read(found(journal.toSpliced(i, 0, journal[i]!), snapshot)), `${i} doubled`).toBeNull();
      const left = i === count - 1 ? events.length - 1 : null;
      expect(read(found(journal.toSpliced(i, 1), snapshot)), `${i} left out`).toBe(left);
      for (let j = i + 1; j < count; j += 1) {
        const swapped = journal.with(i, journal[j]!).with(j, journal[i]!);
        expect(read(found(swapped, snapshot)), `${i} and ${j} swapped`).toBeNull();
      }
    }
  });

  it('is never misread, whatever is done to it several times', () => {
    const place = fc.nat({ max: bytes.length - 1 });
    const harm = fc.oneof(
      fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat({ max: 7 }) }),
      fc.record({ kind: fc.constant('cut' as const), at: place }),
      fc.record({ kind: fc.constant('copy' as const), at: place, length: fc.nat({ max: 400 }), to: place }),
      fc.record({ kind: fc.constant('remove' as const), at: place, length: fc.nat({ max: 400 }) }),
      fc.record({ kind: fc.constant('zeros' as const), at: place, length: fc.nat({ max: 400 }) }),
      fc.record({
        kind: fc.constant('lines' as const),
        order: fc.array(fc.nat({ max: journal.length - 1 })),
      }),
    );
    fc.assert(
      fc.property(fc.array(harm, { minLength: 1, maxLength: 4 }), (harms) => {
        let current: Buffer = bytes;
        for (const one of harms) {
          if (one.kind === 'lines') {
            const text = current.toString('latin1').split(/(?<=\n)/);
            current = Buffer.from(one.order.map((i) => text[i] ?? '').join(''), 'latin1');
            continue;
          }
          const at = Math.min(one.at, Math.max(0, current.length - 1));
          const [before, after] = [current.subarray(0, at), current.subarray(at)];
          if (one.kind === 'flip' && current.length > 0) current = flipped(current, at, one.bit);
          if (one.kind === 'cut') current = before;
          if (one.kind === 'remove') current = Buffer.concat([before, after.subarray(one.length)]);
          if (one.kind === 'zeros') {
            current = Buffer.concat([
              before,
              Buffer.alloc(Math.min(one.length, after.length)),
              after.subarray(one.length),
            ]);
          }
          if (one.kind === 'copy') {
            const piece = after.subarray(0, one.length);
            current = Buffer.concat([current.subarray(0, one.to), piece, current.subarray(one.to)]);
          }
        }
        if (read(found(current, snapshot)) === null) expectHalfWayRefused(current, snapshot);
      }),
      { numRuns: 2_000 },
    );
  });

  if (snapshot === null) return;

  it('with its snapshot cut or harmed at any byte is refused', () => {
    const whole = Buffer.from(snapshot);
    for (let at = 0; at < whole.length; at += 1) {
      expect(read(found(journal, whole.subarray(0, at))), `cut at ${at}`).toBeNull();
      for (let bit = 0; bit < 8; bit += 1) {
        expect(read(found(journal, flipped(whole, at, bit))), `byte ${at}, bit ${bit}`).toBeNull();
      }
    }
  });
});

describe('a wrong digit in the number of the format', () => {
  it('is damage, not a newer rejuv: the checksum tells them apart', () => {
    const newer = (text: string): string => text.replace(`"format":${currentFormat}`, '"format":7');
    const files = all[1]!;
    for (const harmed of [
      found(files.journal.with(0, newer(files.journal[0]!)), files.snapshot),
      found(files.journal, newer(files.snapshot!)),
    ]) {
      expect(examine(layout, harmed).damages[0]?.problem).toBe(
        `it names format 7, and was written as format ${currentFormat}`,
      );
    }
  });
});
