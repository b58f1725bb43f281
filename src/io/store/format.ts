import { crc32 } from 'node:zlib';
import { RejuvError } from '../../domain/errors.ts';
import type { Event, EventType } from '../../domain/event.ts';
import type { Records } from '../../domain/records.ts';
import { damaged } from './failure.ts';
import { upgradeEvent, upgradeRecords } from './upgrade.ts';

/** The version of what is written here. Older ones are upgraded on start, newer ones are refused. */
export const currentFormat = 4;

/** One line of the journal. Sequence numbers start at 1 and have no holes. */
export interface Entry {
  readonly seq: number;
  readonly event: Event;
}

/** A line that came back from the disk, and where it stood. */
export interface Line {
  readonly path: string;
  /** From 1. */
  readonly number: number;
  /** Null where its bytes are not UTF-8. */
  readonly text: string | null;
}

// Exactly the text that was written is checked, so the lines are taken apart by their fixed frame.
const headerFrame = /^\{"format":(\d+),"(after|seq)":(\d+),"crc":"([0-9a-f]{8})"\}$/;
const entryFrame = /^\{"seq":(\d+),"crc":"([0-9a-f]{8})","event":(.*)\}$/s;

/** The first line of a journal that continues after the sequence number `after`. */
export function journalHeader(after: number): string {
  return `{"format":${currentFormat},"after":${after},"crc":"${seal(currentFormat, after, '')}"}\n`;
}

/** The format of the journal, and the entry after which it begins. @throws RejuvError records-newer, records-damaged */
export function readJournalHeader(line: Line): { format: number; after: number } {
  const { format, number, crc } = readHeader(line, 'after', '');
  if (crc !== seal(format, number, '')) throw wrongSum(line);
  return { format, after: number };
}

export function entryLine({ seq, event }: Entry): string {
  const text = JSON.stringify(event);
  return `{"seq":${seq},"crc":"${seal(currentFormat, seq, text)}","event":${text}}\n`;
}

/** True for the whole text of an entry of that format with the right checksum. */
export function isEntry(format: number, text: string): boolean {
  const [, seq, crc, event] = entryFrame.exec(text) ?? [];
  return seq !== undefined && event !== undefined && crc === seal(format, Number(seq), event);
}

/** An entry of that format, as this one. @throws RejuvError records-damaged */
export function readEntry(format: number, line: Line): Entry {
  const [, seq, crc, text] = entryFrame.exec(textOf(line)) ?? [];
  if (seq === undefined || text === undefined) throw damaged(line.path, line.number, 'it is not an entry');
  if (crc !== seal(format, Number(seq), text)) throw wrongSum(line);
  const parsed = parse(line, text);
  if (!isEvent(parsed)) throw damaged(line.path, line.number, 'it holds an event of an unknown type');
  return { seq: Number(seq), event: upgradeEvent(format, parsed) };
}

/** The text of a snapshot of everything up to the sequence number `seq`: its header and the records, one line each. */
export function snapshotText(seq: number, records: Records): string {
  const text = JSON.stringify(records);
  return `{"format":${currentFormat},"seq":${seq},"crc":"${seal(currentFormat, seq, text)}"}\n${text}\n`;
}

/** @throws RejuvError records-newer, records-damaged */
export function readSnapshot(header: Line, body: Line): { format: number; seq: number; records: Records } {
  const text = textOf(body);
  const { format, number, crc } = readHeader(header, 'seq', text);
  if (crc !== seal(format, number, text)) throw wrongSum(body);
  // The checksum says that rejuv wrote it in this format; there is nothing more to check against.
  return { format, seq: number, records: upgradeRecords(format, parse(body, text) as Records) };
}

/**
 * The format that a first line names, NaN where it names none. `sealed` is the text that its checksum covers.
 * @throws RejuvError records-newer; records-damaged where the checksum says that the number was another one
 */
export function refuseNewer(line: Line, sealed: string): number {
  const found = Number(/^\{"format":(\d+)[,}]/.exec(line.text ?? '')?.[1]);
  if (!(found > currentFormat)) return found;
  const [, , , number, crc] = headerFrame.exec(line.text ?? '') ?? [];
  for (let known = 1; known <= currentFormat; known += 1) {
    if (number !== undefined && crc === seal(known, Number(number), sealed)) {
      throw damaged(line.path, line.number, `it names format ${found}, and was written as format ${known}`);
    }
  }
  throw new RejuvError('records-newer', { path: line.path, found, known: currentFormat });
}

function readHeader(
  line: Line,
  key: 'after' | 'seq',
  sealed: string,
): { format: number; number: number; crc: string } {
  const found = refuseNewer(line, sealed);
  const [, , name, number, crc] = headerFrame.exec(textOf(line)) ?? [];
  if (!(found >= 1) || name !== key || number === undefined || crc === undefined) {
    throw damaged(line.path, line.number, 'the header with the format is missing');
  }
  return { format: found, number: Number(number), crc };
}

function seal(format: number, number: number, text: string): string {
  return crc32(`${format}:${number}:${text}`).toString(16).padStart(8, '0');
}

function textOf(line: Line): string {
  if (line.text === null) throw damaged(line.path, line.number, 'it is not UTF-8');
  return line.text;
}

function wrongSum(line: Line): RejuvError {
  return damaged(line.path, line.number, 'its checksum is wrong');
}

function parse(line: Line, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(line.path, line.number, 'it is not JSON');
  }
}

const eventTypes: Readonly<Record<EventType, true>> = {
  'operation-opened': true,
  'phase-entered': true,
  'step-begun': true,
  'step-ended': true,
  'deadline-set': true,
  'abort-asked': true,
  'course-left': true,
  'course-turned': true,
  'repair-redirected': true,
  'operation-resumed': true,
  'operation-ended': true,
  'admin-intended': true,
  'admin-confirmed': true,
  'admin-yielded': true,
  'agent-intended': true,
  'agent-restored': true,
  'weight-intended': true,
  'weight-confirmed': true,
  'weight-yielded': true,
  'role-set': true,
  held: true,
  released: true,
  verified: true,
  'process-seen': true,
  'states-restored': true,
  'schedule-watched': true,
  'schedule-forgotten': true,
  'run-settled': true,
  paused: true,
  resumed: true,
  'config-reloaded': true,
  'fault-seen': true,
  'fault-over': true,
  recovered: true,
  quarantined: true,
  'quarantine-ended': true,
  'storm-began': true,
  'storm-ended': true,
  'checkpoint-made': true,
  'checkpoint-failed': true,
  aged: true,
  'aged-over': true,
  'effect-measured': true,
  'roll-opened': true,
  'roll-passed-over': true,
  'roll-asked': true,
  'roll-continued': true,
  'roll-abort-asked': true,
  'roll-ended': true,
  alert: true,
};

function isEvent(value: unknown): value is Event {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  return typeof value.type === 'string' && Object.hasOwn(eventTypes, value.type);
}
