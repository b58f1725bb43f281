import { apply, noRecords, type Records } from '../../domain/records.ts';
import { damaged } from './failure.ts';
import {
  currentFormat,
  isEntry,
  readEntry,
  readJournalHeader,
  readSnapshot,
  refuseNewer,
  type Line,
} from './format.ts';
import type { Layout } from './layout.ts';

/** The two files as they were read; null where there is none. */
export interface Found {
  readonly journal: Buffer | null;
  readonly snapshot: Buffer | null;
}

/** What the files say. */
export interface Folded {
  readonly records: Records;
  /** The last sequence number. */
  readonly seq: number;
  /** Bytes of the journal that are whole lines; what follows is an unterminated line. */
  readonly wholeBytes: number;
  readonly lines: number;
  /** The oldest format among the files; `currentFormat` where there are none. */
  readonly format: number;
  /** The last sequence number in the journal itself; never behind the snapshot, unless it was swapped meanwhile. */
  readonly journalSeq: number;
}

/**
 * Folds snapshot and journal. The unterminated last line of a journal is left out: it was never acknowledged. Entries
 * that the snapshot holds already are passed over by their number, so a crash between writing the snapshot and
 * starting the new journal applies nothing twice. Pure.
 * @throws RejuvError records-damaged, records-newer
 */
export function fold(layout: Layout, found: Found): Folded {
  const base = found.snapshot === null ? null : foldSnapshot(layout.snapshot, found.snapshot);
  if (found.journal === null) {
    if (base !== null) throw damaged(layout.journal, 1, 'the file is missing, and there is a snapshot');
    const none = { seq: 0, wholeBytes: 0, lines: 0, journalSeq: 0 };
    return { records: noRecords, ...none, format: currentFormat };
  }
  const start = base ?? { format: currentFormat, seq: 0, records: noRecords };
  return foldJournal(layout.journal, found.journal, start);
}

interface Base {
  readonly format: number;
  readonly seq: number;
  readonly records: Records;
}

function foldSnapshot(path: string, bytes: Buffer): Base {
  const { lines, rest } = wholeLines(path, bytes);
  const [header, body] = lines;
  if (header !== undefined) refuseNewer(header);
  if (header === undefined || body === undefined || lines.length > 2 || rest.length > 0) {
    throw damaged(path, Math.min(lines.length + 1, 3), 'it does not have exactly two whole lines');
  }
  return readSnapshot(header, body);
}

function foldJournal(path: string, bytes: Buffer, base: Base): Folded {
  const { lines, rest } = wholeLines(path, bytes);
  const [header, ...entries] = lines;
  if (header === undefined) throw damaged(path, 1, 'the header with the format is missing');
  const { format, after } = readJournalHeader(header);
  if (after > base.seq) {
    throw damaged(path, 1, `it continues after entry ${after}, but the snapshot ends at ${base.seq}`);
  }
  let { records } = base;
  let last = after;
  for (const line of entries) {
    const { seq, event } = readEntry(format, line);
    if (seq !== last + 1) throw damaged(path, line.number, `entry ${seq} follows entry ${last}`);
    if (seq > base.seq) records = apply(records, event);
    last = seq;
  }
  // A crash leaves a piece of a line, never a whole one and a wrong byte where its end should be.
  if (rest.length > 0 && isEntry(format, rest.subarray(0, -1).toString())) {
    throw damaged(path, lines.length + 1, 'the end of the line is wrong');
  }
  return {
    records,
    seq: Math.max(last, base.seq),
    wholeBytes: bytes.length - rest.length,
    lines: lines.length,
    journalSeq: last,
    format: Math.min(format, base.format),
  };
}

function wholeLines(path: string, bytes: Buffer): { lines: Line[]; rest: Buffer } {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const lines: Line[] = [];
  let from = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
    const number = lines.length + 1;
    try {
      lines.push({ path, number, text: decoder.decode(bytes.subarray(from, end)) });
    } catch {
      throw damaged(path, number, 'it is not UTF-8');
    }
    from = end + 1;
  }
  return { lines, rest: bytes.subarray(from) };
}
