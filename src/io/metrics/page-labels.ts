import { BadPage } from './bad-page.ts';
import {
  byte,
  type Cursor,
  endOfPlain,
  endOfPlainLabels,
  expect,
  fail,
  piece,
  skipBlanks,
  skipLabelName,
} from './page-cursor.ts';

/** Moves behind `{…}`, whose form has to be right. */
export function skipLabels(cursor: Cursor): void {
  const end = endOfPlainLabels(cursor.bytes, cursor.at + 1);
  if (end > 0) cursor.at = end;
  else walkLabels(cursor, null);
}

/** The labels of one series, their escapes resolved. */
export interface Labels {
  readonly byName: Map<string, string>;
  /** The same for the same labels in any order; for others nearly always another. */
  hash: number;
}

/**
 * The labels of `{…}`.
 * @throws BadPage also for a label that is there twice
 */
export function readLabels(cursor: Cursor): Labels {
  const labels: Labels = { byName: new Map(), hash: 0 };
  walkLabels(cursor, labels);
  return labels;
}

function walkLabels(cursor: Cursor, into: Labels | null): void {
  cursor.at += 1;
  skipBlanks(cursor);
  while (cursor.bytes[cursor.at] !== byte.close) {
    const from = cursor.at;
    skipLabelName(cursor);
    const to = cursor.at;
    skipBlanks(cursor);
    expect(cursor, byte.equals, 'an = after the name of a label');
    skipBlanks(cursor);
    expect(cursor, byte.quote, 'the value of a label in quotes');
    const valueFrom = cursor.at;
    const form = skipQuoted(cursor);
    if (into !== null) keep(cursor, into, { from, to, valueFrom, form });
    skipBlanks(cursor);
    if (cursor.bytes[cursor.at] === byte.comma) {
      cursor.at += 1;
      skipBlanks(cursor);
    } else if (cursor.bytes[cursor.at] !== byte.close) fail(cursor, 'a comma or } after a label');
  }
  cursor.at += 1;
}

/** plain: ASCII without escapes. */
type Quoted = 'plain' | 'other';

/** Moves behind the closing quote. */
function skipQuoted(cursor: Cursor): Quoted {
  const { bytes } = cursor;
  let at = endOfPlain(bytes, cursor.at);
  let form: Quoted = 'plain';
  while (bytes[at] !== byte.quote) {
    form = 'other';
    if (bytes[at] === byte.feed) {
      cursor.at = at;
      fail(cursor, 'the closing quote of the value of a label');
    }
    if (bytes[at] === byte.backslash) {
      at += 1;
      const next = bytes[at];
      if (next !== byte.backslash && next !== byte.quote && next !== byte.n) {
        cursor.at = at - 1;
        fail(cursor, String.raw`one of \\, \" and \n`);
      }
    }
    at = endOfPlain(bytes, at + 1);
  }
  cursor.at = at + 1;
  return form;
}

interface Place {
  readonly from: number;
  readonly to: number;
  readonly valueFrom: number;
  readonly form: Quoted;
}

function keep(cursor: Cursor, into: Labels, { from, to, valueFrom, form }: Place): void {
  const { bytes, at, line } = cursor;
  const name = piece(cursor, from, to);
  if (into.byName.has(name)) throw new BadPage(line, `the label ${name} is there twice`);
  into.hash = (into.hash + hashOf(bytes, from, at)) | 0;
  into.byName.set(
    name,
    form === 'plain' ? piece(cursor, valueFrom, at - 1) : unescaped(bytes, valueFrom, at - 1),
  );
}

function unescaped(bytes: Buffer, from: number, to: number): string {
  const text = bytes.toString('utf8', from, to);
  return text.replace(/\\(.)/g, (_, code: string) => (code === 'n' ? '\n' : code));
}

/**
 * FNV-1a of some bytes, stirred as MurmurHash3 ends: what differs in one digit differs everywhere, so that sums of hashes
 * do not meet. The value of a label has one way only to be written, so the bytes as they lie there will do.
 */
export function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** One text per series, whatever the order of its labels; as people write it. */
export function labelsKey(name: string, labels: ReadonlyMap<string, string>): string {
  if (labels.size === 0) return name;
  const sorted = [...labels].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${name}{${sorted.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(',')}}`;
}
