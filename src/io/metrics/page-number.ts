import { type Cursor, piece } from './page-cursor.ts';

const zero = 48;
const nine = 57;
const plus = 43;
const minus = 45;
const point = 46;
const lowerE = 101;
const upperE = 69;

/** Whether these bytes are a number of the format: a decimal one, NaN, or an infinity with or without its sign. */
export function isNumber(bytes: Buffer, from: number, to: number): boolean {
  const first = bytes[from];
  let at = first === plus || first === minus ? from + 1 : from;
  let digits = 0;
  for (; at < to && isDigit(bytes[at]); at += 1) digits += 1;
  if (at === to) return digits > 0;
  if (bytes[at] === point) for (at += 1; at < to && isDigit(bytes[at]); at += 1) digits += 1;
  if (digits === 0) return special(bytes, from, to) !== null;
  if (at === to) return true;
  if (bytes[at] !== lowerE && bytes[at] !== upperE) return false;
  at += 1;
  if (bytes[at] === plus || bytes[at] === minus) at += 1;
  if (at >= to) return false;
  for (; at < to; at += 1) if (!isDigit(bytes[at])) return false;
  return true;
}

/** The number that these bytes are; NaN as well where isNumber says no. */
export function readNumber(cursor: Cursor, from: number, to: number): number {
  return special(cursor.bytes, from, to) ?? Number(piece(cursor, from, to));
}

function isDigit(code: number | undefined): boolean {
  return code !== undefined && code >= zero && code <= nine;
}

/** Go writes NaN and +Inf, other exporters Nan or Infinity. */
const specials = new Map<string, number>([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['+inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['+infinity', Number.POSITIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
]);

function special(bytes: Buffer, from: number, to: number): number | null {
  const last = bytes[to - 1];
  if (to - from > 9 || to - from < 3 || isDigit(last) || last === point) return null;
  return specials.get(bytes.toString('latin1', from, to).toLowerCase()) ?? null;
}
