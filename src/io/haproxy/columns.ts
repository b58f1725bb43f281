import { notHaproxy, type Place } from './place.ts';

/** One line of a table, read by column name; a missing column or an unexpected value raises not-haproxy. */
export interface Cells {
  text(column: string): string;
  /** A whole number, 0 or more. */
  count(column: string): number;
  /** The same, null where HAProxy left it empty. */
  countOrNull(column: string): number | null;
}

/** The lines of a table under its header. `what` names the reply in a sentence. */
export function cellsOf(
  place: Place,
  what: string,
  header: readonly string[],
  lines: readonly (readonly string[])[],
): Cells[] {
  const columns = new Map(header.map((name, at) => [name, at]));
  return lines.map((line, at) => {
    if (line.length !== header.length) {
      const problem = `line ${at + 1} of \`${what}\` has ${line.length} fields where its header has ${header.length}`;
      throw notHaproxy(place, problem);
    }
    const text = (column: string): string => {
      const value = line[columns.get(column) ?? -1];
      if (value === undefined) throw notHaproxy(place, `\`${what}\` has no column ${column}`);
      return value;
    };
    const countOrNull = (column: string): number | null => {
      const value = text(column);
      if (value === '') return null;
      const number = Number(value);
      if (!/^\d+$/.test(value) || !Number.isSafeInteger(number)) {
        throw notHaproxy(place, `column ${column} of \`${what}\` is not a number: ${JSON.stringify(value)}`);
      }
      return number;
    };
    const count = (column: string): number => {
      const value = countOrNull(column);
      if (value === null) throw notHaproxy(place, `column ${column} of \`${what}\` is empty`);
      return value;
    };
    return { text, count, countOrNull };
  });
}
