import { notHaproxy, type Place } from './place.ts';
import type { Rows } from './rows.ts';

/** The row that the rows are at, read by column; an unexpected value raises not-haproxy. */
export interface Cells {
  text(column: number): string;
  /** The same for a column in which few words occur, one after the other mostly the same: no new string for each. */
  word(column: number): string;
  /** A whole number, 0 or more. */
  count(column: number): number;
  /** The same, null where HAProxy left it empty. */
  countOrNull(column: number): number | null;
}

/** Where the columns stand, by their names. `what` names the reply in a sentence. Raises: not-haproxy. */
export function columnsOf<Name extends string>(
  place: Place,
  what: string,
  header: readonly string[],
  names: readonly Name[],
): Readonly<Record<Name, number>> {
  const found = names.map((name) => {
    const at = header.lastIndexOf(name);
    if (at < 0) throw notHaproxy(place, `\`${what}\` has no column ${name}`);
    return [name, at] as const;
  });
  return Object.fromEntries(found) as Record<Name, number>;
}

/** What `read` makes of each row left, without the nulls; every row has as many fields as the header. Raises: not-haproxy. */
export function readRows<T>(
  place: Place,
  what: string,
  header: readonly string[],
  rows: Rows,
  read: (cells: Cells) => T | null,
): T[] {
  const nameOf = (column: number): string => header[column] ?? '?';
  const countOrNull = (column: number): number | null => {
    const number = rows.digits(column);
    if (number !== null && Number.isNaN(number)) return slowly(column);
    return number;
  };
  /** Longer numbers, quoted ones, and what is none. */
  const slowly = (column: number): number | null => {
    const value = rows.text(column);
    if (value === '') return null;
    const number = Number(value);
    if (/^\d+$/.test(value) && Number.isSafeInteger(number)) return number;
    const problem = `column ${nameOf(column)} of \`${what}\` is not a number: ${JSON.stringify(value)}`;
    throw notHaproxy(place, problem);
  };
  const count = (column: number): number => {
    const value = countOrNull(column);
    if (value === null) throw notHaproxy(place, `column ${nameOf(column)} of \`${what}\` is empty`);
    return value;
  };
  const last: string[] = header.map(() => '');
  const word = (column: number): string => {
    const before = last[column] ?? '';
    if (rows.is(column, before)) return before;
    return (last[column] = rows.text(column));
  };
  const cells: Cells = { text: (column) => rows.text(column), word, count, countOrNull };
  const made: T[] = [];
  for (let line = 1; rows.next(); line += 1) {
    if (rows.width !== header.length) {
      const problem = `line ${line} of \`${what}\` has ${rows.width} fields where its header has ${header.length}`;
      throw notHaproxy(place, problem);
    }
    const one = read(cells);
    if (one !== null) made.push(one);
  }
  if (rows.broken) throw notHaproxy(place, `\`${what}\` is not CSV`);
  return made;
}
