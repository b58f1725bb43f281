import { isUtf8 } from 'node:buffer';
import { BadPage } from './bad-page.ts';
import {
  byte,
  type Cursor,
  endOfLine,
  endOfPlainLabels,
  expect,
  fail,
  isAtEnd,
  isNamePart,
  isTokenPart,
  piece,
  shownFrom,
  skipBlanks,
  skipName,
  skipToken,
} from './page-cursor.ts';
import { hashOf, type Labels, labelsKey, readLabels, skipLabels } from './page-labels.ts';
import { endOfDecimal, isNumber, readNumber } from './page-number.ts';

/** One line of a page. */
export interface Series {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** May be NaN or infinite: whoever uses it decides. */
  readonly value: number;
  /** When it was measured, as the page says: Unix milliseconds; null: when it was asked. */
  readonly at: number | null;
  readonly line: number;
}

/** What was wanted of a page. */
export interface Exposition {
  readonly series: readonly Series[];
  /** What `# TYPE` says of the wanted names. */
  readonly types: ReadonlyMap<string, string>;
}

const longestLine = 64 * 1024;

/**
 * Reads a page in the Prometheus text format 0.0.4, or in OpenMetrics as far as it is the same. Every line has to be
 * right, whether it is wanted or not: half a page is no page. Of what nobody wants only the form is looked at.
 * `wanted` is asked once per run of lines with one name. Timestamps are milliseconds, in OpenMetrics seconds.
 * Formats: https://prometheus.io/docs/instrumenting/exposition_formats/
 * @throws BadPage, and nothing else
 */
export function readExposition(
  page: Buffer,
  wanted: (name: string) => boolean,
  options: { readonly openMetrics: boolean } = { openMetrics: false },
): Exposition {
  if (!isUtf8(page)) throw new BadPage(badLine(page), 'there are bytes that are not UTF-8');
  const reader = new Reader(page, wanted, options.openMetrics);
  reader.read();
  return reader;
}

const noLabels: Labels = { byName: new Map(), hash: 0 };

class Reader implements Exposition {
  readonly series: Series[] = [];
  readonly types = new Map<string, string>();
  private readonly cursor: Cursor;
  private readonly wanted: (name: string) => boolean;
  private readonly openMetrics: boolean;
  private readonly hashes = new Set<number>();
  private keys: Set<string> | null = null;
  /** Where the name of the line before lies. Lines of one metric stand together, so the same answer mostly holds. */
  private nameFrom = 0;
  private nameTo = 0;
  private name: string | null = null;
  private nameHash = 0;
  private ended = false;

  constructor(page: Buffer, wanted: (name: string) => boolean, openMetrics: boolean) {
    this.cursor = { bytes: page, text: null, at: 0, line: 0 };
    this.wanted = wanted;
    this.openMetrics = openMetrics;
  }

  /** Every line is read up to its line feed, at which each of its parts ends by itself: nobody has to look for it first. */
  read(): void {
    const { cursor } = this;
    const { bytes } = cursor;
    const whole = bytes.lastIndexOf(byte.feed) + 1;
    while (cursor.at < whole) {
      const start = cursor.at;
      cursor.line += 1;
      this.readLine();
      if (cursor.at - start > longestLine) {
        throw new BadPage(cursor.line, `it is longer than ${longestLine / 1024} KiB`);
      }
      cursor.at += 1;
    }
    if (whole < bytes.length) throw new BadPage(cursor.line + 1, 'the page ends in the middle of this line');
  }

  private readLine(): void {
    const { cursor } = this;
    if (this.skipsAnother()) return;
    skipBlanks(cursor);
    if (isAtEnd(cursor)) return;
    if (this.ended) fail(cursor, 'nothing after # EOF');
    if (cursor.bytes[cursor.at] === byte.hash) this.readComment();
    else this.readSeries();
  }

  private readComment(): void {
    const { cursor } = this;
    const { bytes } = cursor;
    const end = endOfLine(cursor);
    cursor.at += 1;
    skipBlanks(cursor);
    if (startsWith(bytes, cursor.at, 'EOF') && cursor.at + 3 === end) this.ended = true;
    if (startsWith(bytes, cursor.at, 'TYPE ')) this.readType();
    else cursor.at = end;
  }

  private readType(): void {
    const { cursor } = this;
    cursor.at += 'TYPE '.length;
    skipBlanks(cursor);
    const from = cursor.at;
    skipName(cursor);
    const to = cursor.at;
    skipBlanks(cursor);
    const typeFrom = cursor.at;
    skipToken(cursor, 'a type');
    const typeTo = cursor.at;
    skipBlanks(cursor);
    if (!isAtEnd(cursor)) fail(cursor, 'the end of the line after a type');
    const name = this.nameAt(from, to);
    if (name !== null) this.types.set(name, piece(cursor, typeFrom, typeTo));
  }

  private readSeries(): void {
    const { cursor } = this;
    const { bytes, line } = cursor;
    const name = this.readName();
    skipBlanks(cursor);
    const braces = bytes[cursor.at] === byte.open;
    const labels = name !== null && braces ? readLabels(cursor) : noLabels;
    if (name === null && braces) skipLabels(cursor);
    skipBlanks(cursor);
    const value = this.readValue(name !== null);
    const at = this.readTimestamp();
    if (bytes[cursor.at] === byte.hash) this.skipExemplar();
    if (!isAtEnd(cursor)) fail(cursor, 'the end of the line');
    if (name === null) return;
    this.refuseTwice(name, labels);
    this.series.push({ name, labels: labels.byName, value, at, line });
  }

  /** By hash while no two are the same; then by what people read, so that no page can make this slow. */
  private refuseTwice(name: string, { byName, hash }: Labels): void {
    const { hashes } = this;
    const known = hashes.size;
    if (this.keys === null) {
      hashes.add((Math.imul(this.nameHash, 31) + hash) | 0);
      if (hashes.size > known) return;
      this.keys = new Set(this.series.map((one) => labelsKey(one.name, one.labels)));
    }
    const key = labelsKey(name, byName);
    if (this.keys.has(key)) throw new BadPage(this.cursor.line, `the series ${key} is there twice`);
    this.keys.add(key);
  }

  /** A value that nobody wants is looked at, and not made. */
  private readValue(make: boolean): number {
    const { cursor } = this;
    const from = cursor.at;
    const to = endOfDecimal(cursor.bytes, from);
    if (to > from && !isTokenPart(cursor.bytes, to)) cursor.at = to;
    else {
      skipToken(cursor, 'a value');
      if (!isNumber(cursor.bytes, from, cursor.at)) {
        const shown = shownFrom(cursor.bytes, from, cursor.at);
        throw new BadPage(cursor.line, `the value ${shown} is not a number`);
      }
    }
    return make ? readNumber(cursor, from, cursor.at) : 0;
  }

  private readTimestamp(): number | null {
    const { cursor } = this;
    skipBlanks(cursor);
    if (isAtEnd(cursor) || cursor.bytes[cursor.at] === byte.hash) return null;
    const from = cursor.at;
    skipToken(cursor, 'a timestamp');
    const stamp = readNumber(cursor, from, cursor.at);
    if (!isNumber(cursor.bytes, from, cursor.at) || !Number.isFinite(stamp) || this.isFraction(stamp)) {
      throw new BadPage(cursor.line, `the timestamp ${shownFrom(cursor.bytes, from, cursor.at)} is not one`);
    }
    skipBlanks(cursor);
    return this.openMetrics ? stamp * 1000 : stamp;
  }

  private isFraction(stamp: number): boolean {
    return !this.openMetrics && !Number.isInteger(stamp);
  }

  /** `# {trace_id="…"} 0.67 1520879607.789`: looked at, and left. */
  private skipExemplar(): void {
    const { cursor } = this;
    cursor.at += 1;
    skipBlanks(cursor);
    if (cursor.bytes[cursor.at] !== byte.open) fail(cursor, 'the labels of an exemplar');
    skipLabels(cursor);
    expect(cursor, byte.blank, 'a blank before the value of an exemplar');
    skipBlanks(cursor);
    this.readValue(false);
    skipBlanks(cursor);
    if (isAtEnd(cursor)) return;
    this.readValue(false);
    skipBlanks(cursor);
  }

  /** One more line of what nobody wants, as every exporter writes it: that is most of every page. */
  private skipsAnother(): boolean {
    const { cursor, nameFrom } = this;
    const { bytes, at } = cursor;
    const length = this.nameTo - nameFrom;
    if (this.name !== null || this.ended || length === 0 || !isSame(bytes, at, nameFrom, length))
      return false;
    const end = endOfPlainRest(bytes, at + length);
    if (end === 0) return false;
    cursor.at = end;
    return true;
  }

  /** Moves behind a name, which is given when it is wanted, else null. Mostly it is that of the line before. */
  private readName(): string | null {
    const { cursor, nameFrom } = this;
    const { bytes, at } = cursor;
    const length = this.nameTo - nameFrom;
    if (length > 0 && !isNamePart(bytes, at + length) && isSame(bytes, at, nameFrom, length)) {
      cursor.at = at + length;
      return this.name;
    }
    skipName(cursor);
    return this.nameAt(at, cursor.at);
  }

  /** The name as a string when it is wanted, else null. */
  private nameAt(from: number, to: number): string | null {
    const { bytes } = this.cursor;
    const same = to - from === this.nameTo - this.nameFrom && isSame(bytes, from, this.nameFrom, to - from);
    if (!same) {
      const name = piece(this.cursor, from, to);
      this.name = this.wanted(name) ? name : null;
      if (this.name !== null) this.nameHash = hashOf(bytes, from, to);
      this.nameFrom = from;
      this.nameTo = to;
    }
    return this.name;
  }
}

/** The line feed behind `{labels} value`, or ` value`; 0 where anything else follows a name. */
function endOfPlainRest(bytes: Buffer, from: number): number {
  const blank = bytes[from] === byte.open ? endOfPlainLabels(bytes, from + 1) : from;
  if (blank === 0 || bytes[blank] !== byte.blank) return 0;
  const end = endOfDecimal(bytes, blank + 1);
  return end > blank + 1 && bytes[end] === byte.feed ? end : 0;
}

function isSame(bytes: Buffer, a: number, b: number, length: number): boolean {
  // From the end, where names with one beginning differ.
  for (let at = length - 1; at >= 0; at -= 1) if (bytes[a + at] !== bytes[b + at]) return false;
  return true;
}

function startsWith(bytes: Buffer, from: number, text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (bytes[from + at] !== text.charCodeAt(at)) return false;
  return true;
}

/** The first line that is not UTF-8. */
function badLine(page: Buffer): number {
  let line = 1;
  for (let start = 0; ; line += 1) {
    const end = page.indexOf(byte.feed, start);
    if (end === -1 || !isUtf8(page.subarray(start, end))) return line;
    start = end + 1;
  }
}
