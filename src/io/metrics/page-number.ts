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
  return endOfDecimal(bytes, from) === to || special(bytes, from, to) !== null;
}

/** Where the decimal number that begins here ends; `from` where there is none. */
export function endOfDecimal(bytes: Buffer, from: number): number {
  const first = bytes[from];
  const start = first === plus || first === minus ? from + 1 : from;
  let at = endOfDigits(bytes, start);
  let digits = at - start;
  if (bytes[at] === point) {
    const fraction = at + 1;
    at = endOfDigits(bytes, fraction);
    digits += at - fraction;
  }
  if (digits === 0) return from;
  if (bytes[at] !== lowerE && bytes[at] !== upperE) return at;
  const sign = bytes[at + 1];
  const power = sign === plus || sign === minus ? at + 2 : at + 1;
  const end = endOfDigits(bytes, power);
  return end === power ? from : end;
}

function endOfDigits(bytes: Buffer, from: number): number {
  let at = from;
  while (isDigit(bytes[at])) at += 1;
  return at;
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
