import { isUtf8 } from 'node:buffer';
import { RejuvError } from '../../domain/errors.ts';
import { apply, noRecords, type Records } from '../../domain/records.ts';
import {
  currentFormat,
  isEntry,
  readEntry,
  readJournalHeader,
  readSnapshot,
  refuseNewer,
  type Entry,
  type Line,
} from './format.ts';
import type { Layout } from './layout.ts';

/** The two files as they were read; null where there is none. */
export interface Found {
  readonly journal: Buffer | null;
  readonly snapshot: Buffer | null;
}

/** One thing that no crash leaves behind. */
export interface Damage {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly problem: string;
  /** How many whole entries of the journal were read before it. */
  readonly before: number;
}

/** A snapshot as it was read; `base` is null where nothing of it can be trusted. */
export interface SnapshotWalk {
  readonly format: number | null;
  readonly base: { readonly seq: number; readonly records: Records } | null;
}

/** A journal as it was read. */
export interface JournalWalk {
  readonly format: number | null;
  /** The entry after which it begins; null where its header cannot be read. */
  readonly after: number | null;
  /** Whole entries with the right checksum, wherever they stand. */
  readonly entries: readonly Entry[];
  readonly lines: number;
  /** Bytes that are whole lines; what follows is an unterminated line. */
  readonly wholeBytes: number;
}

/** What the files say, and all the damage in them. */
export interface Walk {
  readonly snapshot: SnapshotWalk | null;
  readonly journal: JournalWalk | null;
  /** In the order in which the files are read. */
  readonly damages: readonly Damage[];
  /** Everything up to the first damage, folded. */
  readonly records: Records;
  /** The last sequence number in `records`. */
  readonly seq: number;
  /** How many entries of the journal were read before the first damage. */
  readonly trusted: number;
}

/**
 * Reads snapshot and journal from their first byte to their last, past any damage; only what stands before it counts.
 * The unterminated last line of a journal is left out: it was never acknowledged. Entries that the snapshot holds
 * already are passed over by their number, so a crash between writing the snapshot and starting the new journal applies
 * nothing twice. Pure.
 * @throws RejuvError records-newer
 */
export function walk(layout: Layout, found: Found): Walk {
  const damages: Damage[] = [];
  const snapshot = found.snapshot === null ? null : walkSnapshot(layout.snapshot, found.snapshot, damages);
  const base = snapshot === null ? { seq: 0, records: noRecords } : snapshot.base;
  if (found.journal !== null) {
    return { snapshot, ...walkJournal(layout.journal, found.journal, base, damages) };
  }
  if (snapshot !== null) {
    const problem = 'the file is missing, and there is a snapshot';
    damages.push({ path: layout.journal, line: 1, problem, before: 0 });
  }
  return { snapshot, journal: null, damages, trusted: 0, ...(base ?? { seq: 0, records: noRecords }) };
}

function walkSnapshot(path: string, bytes: Buffer, damages: Damage[]): SnapshotWalk {
  const { lines, rest } = wholeLines(path, bytes);
  const [header, body] = lines;
  const format =
    header === undefined ? null : unlessDamaged(damages, 0, () => refuseNewer(header, lines[1]?.text ?? ''));
  if (damages.length > 0) return { format: null, base: null };
  if (header === undefined || body === undefined || lines.length > 2 || rest.length > 0) {
    const problem = 'it does not have exactly two whole lines';
    damages.push({ path, line: Math.min(lines.length + 1, 3), problem, before: 0 });
    return { format, base: null };
  }
  return { format, base: unlessDamaged(damages, 0, () => readSnapshot(header, body)) };
}

function walkJournal(
  path: string,
  bytes: Buffer,
  base: SnapshotWalk['base'],
  damages: Damage[],
): Omit<Walk, 'snapshot'> {
  const { lines, rest } = wholeLines(path, bytes);
  const [first = { path, number: 1, text: '' }, ...others] = lines;
  const header = unlessDamaged(damages, 0, () => readJournalHeader(first));
  const format = header?.format ?? currentFormat;
  // Without the snapshot, only a journal of everything since the first entry says all.
  const start = base ?? { seq: 0, records: noRecords };
  const untold = header !== null && header.after > start.seq;
  if (untold && base !== null) {
    const problem = `it continues after entry ${header.after}, but the snapshot ends at ${base.seq}`;
    damages.push({ path, line: 1, problem, before: 0 });
  }
  const sound = { records: start.records, seq: start.seq, trusted: 0 };
  const entries: Entry[] = [];
  let trusting = header !== null && !untold;
  let last = header?.after ?? null;
  for (const line of others) {
    const known = damages.length;
    const entry = unlessDamaged(damages, entries.length, () => readEntry(format, line));
    if (entry !== null && last !== null && entry.seq !== last + 1) {
      const problem = `entry ${entry.seq} follows entry ${last}`;
      damages.push({ path, line: line.number, problem, before: entries.length });
    }
    trusting &&= damages.length === known;
    last = entry?.seq ?? null;
    if (entry === null) continue;
    entries.push(entry);
    if (!trusting) continue;
    sound.trusted += 1;
    if (entry.seq <= sound.seq) continue;
    sound.records = apply(sound.records, entry.event);
    sound.seq = entry.seq;
  }
  // A crash leaves a piece of a line, never a whole one and a wrong byte where its end should be.
  if (rest.length > 0 && isEntry(format, rest.subarray(0, -1).toString())) {
    const problem = 'the end of the line is wrong';
    damages.push({ path, line: lines.length + 1, problem, before: entries.length });
  }
  const journal = {
    format: header?.format ?? null,
    after: header?.after ?? null,
    entries,
    lines: lines.length,
    wholeBytes: bytes.length - rest.length,
  };
  return { journal, damages, ...sound };
}

/** Null, and one more damage, where a line is not what was written. */
function unlessDamaged<T>(damages: Damage[], before: number, read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RejuvError) || error.code !== 'records-damaged') throw error;
    const { path, line, problem } = error.facts;
    damages.push({ path: String(path), line: Number(line), problem: String(problem), before });
    return null;
  }
}

function wholeLines(path: string, bytes: Buffer): { lines: Line[]; rest: Buffer } {
  const lines: Line[] = [];
  let from = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
    lines.push({ path, number: lines.length + 1, text: decoded(bytes.subarray(from, end)) });
    from = end + 1;
  }
  return { lines, rest: bytes.subarray(from) };
}

/** Nothing that rejuv writes is other than UTF-8, so what is other has no text to read. */
function decoded(bytes: Buffer): string | null {
  return isUtf8(bytes) ? bytes.toString() : null;
}
