import { BadPage } from './bad-page.ts';

/**
 * A place on a page, of which only whole lines are read: each ends in a line feed. Bytes are looked at where they lie; a string
 * is made only of what somebody wants.
 */
export interface Cursor {
  readonly bytes: Buffer;
  /** The same, one letter per byte: pieces of it cost less than strings made of bytes one by one. Made when first needed. */
  text: string | null;
  /** The next byte. */
  at: number;
  /** From 1. */
  line: number;
}

export const byte = {
  tab: 9,
  feed: 10,
  blank: 32,
  quote: 34,
  hash: 35,
  comma: 44,
  equals: 61,
  backslash: 92,
  n: 110,
  open: 123,
  close: 125,
} as const;

const nameStart = 1;
const namePart = 2;
const labelStart = 4;
const labelPart = 8;
const tokenPart = 16;
const quotedPart = 32;

/** What each byte may be part of: one look instead of a chain of comparisons, for every byte of every page. */
const classes = new Uint8Array(256);
for (let code = 0; code < 256; code += 1) {
  if (code > 32) allow(code, tokenPart);
  if (code < 128 && code !== byte.feed && code !== byte.quote && code !== byte.backslash)
    allow(code, quotedPart);
}
for (const letter of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_') {
  allow(letter.charCodeAt(0), nameStart | namePart | labelStart | labelPart);
}
for (const digit of '0123456789') allow(digit.charCodeAt(0), namePart | labelPart);
allow(':'.charCodeAt(0), nameStart | namePart);

function allow(code: number, parts: number): void {
  classes[code] = (classes[code] ?? 0) | parts;
}

/** What stands there, where it is ASCII. */
export function piece(cursor: Cursor, from: number, to: number): string {
  cursor.text ??= cursor.bytes.toString('latin1');
  return cursor.text.slice(from, to);
}

/** Whether this is the line feed that ends the line. */
export function isAtEnd({ bytes, at }: Cursor): boolean {
  return bytes[at] === byte.feed;
}

export function endOfLine({ bytes, at }: Cursor): number {
  return bytes.indexOf(byte.feed, at);
}

/** Blanks and tabs between two tokens. */
export function skipBlanks(cursor: Cursor): void {
  const { bytes } = cursor;
  let { at } = cursor;
  while (bytes[at] === byte.blank || bytes[at] === byte.tab) at += 1;
  cursor.at = at;
}

/** The first byte from there on that is not ASCII, or may not be part of a quoted text as it is. */
export function endOfPlain(bytes: Buffer, from: number): number {
  let at = from;
  while (((classes[bytes[at] ?? byte.feed] ?? 0) & quotedPart) !== 0) at += 1;
  return at;
}

/**
 * Behind the closing brace of labels as every exporter writes them: ASCII, without escapes and blanks. 0 where they are not
 * so. In one piece, since this is most of every page.
 */
export function endOfPlainLabels(bytes: Buffer, from: number): number {
  let at = from;
  for (;;) {
    if (((classes[bytes[at] ?? 0] ?? 0) & labelStart) === 0) return 0;
    do at += 1;
    while (((classes[bytes[at] ?? 0] ?? 0) & labelPart) !== 0);
    if (bytes[at] !== byte.equals || bytes[at + 1] !== byte.quote) return 0;
    at = endOfPlain(bytes, at + 2);
    if (bytes[at] !== byte.quote) return 0;
    at += 1;
    if (bytes[at] === byte.close) return at + 1;
    if (bytes[at] !== byte.comma) return 0;
    at += 1;
  }
}

/** Moves behind the name of a metric. */
export function skipName(cursor: Cursor): void {
  skip(cursor, nameStart, namePart, 'the name of a metric');
}

/** Whether the name of a metric may go on with what is there. */
export function isNamePart(bytes: Buffer, at: number): boolean {
  return ((classes[bytes[at] ?? 0] ?? 0) & namePart) !== 0;
}

/** Whether a value may go on with what is there. */
export function isTokenPart(bytes: Buffer, at: number): boolean {
  return ((classes[bytes[at] ?? 0] ?? 0) & tokenPart) !== 0;
}

/** Moves behind the name of a label. */
export function skipLabelName(cursor: Cursor): void {
  skip(cursor, labelStart, labelPart, 'the name of a label');
}

/** Moves behind whatever goes on to the next blank or to the end of the line. */
export function skipToken(cursor: Cursor, what: string): void {
  skip(cursor, tokenPart, tokenPart, what);
}

function skip(cursor: Cursor, first: number, part: number, what: string): void {
  const { bytes } = cursor;
  let { at } = cursor;
  if (((classes[bytes[at] ?? 0] ?? 0) & first) === 0) fail(cursor, what);
  // The line feed at the end of every line is of no class, so this ends.
  do at += 1;
  while (((classes[bytes[at] ?? 0] ?? 0) & part) !== 0);
  cursor.at = at;
}

/** Moves behind a byte that has to be here. */
export function expect(cursor: Cursor, code: number, what: string): void {
  if (cursor.bytes[cursor.at] !== code) fail(cursor, what);
  cursor.at += 1;
}

/** The line, as far as it was read, does not go on with `what`. */
export function fail(cursor: Cursor, what: string): never {
  const { bytes, at, line } = cursor;
  const end = endOfLine(cursor);
  const shown = at === end ? 'the end of the line' : shownFrom(bytes, at, end);
  throw new BadPage(line, `${what} was expected, and there is ${shown}`);
}

const longestShown = 40;

export function shownFrom(bytes: Buffer, from: number, to: number): string {
  const text = bytes.toString('utf8', from, Math.min(to, from + longestShown));
  return JSON.stringify(to - from > longestShown ? `${text}…` : text);
}
