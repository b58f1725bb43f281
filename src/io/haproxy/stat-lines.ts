import { notHaproxy, type Place } from './place.ts';
import { fieldsOf, rowsOf, type Rows } from './rows.ts';

/** `type` of a line of `show stat`. */
export const statLine = { frontend: 0, backend: 1, server: 2 } as const;

/** What it is called in sentences. */
export const showStatReply = 'show stat';

/** Every `show stat` starts with it. */
export const statOpening = '# pxname,';

/** The lines of a `show stat` and the names of their columns. Raises: not-haproxy. */
export function statLines(
  place: Place,
  reply: Buffer,
): { readonly header: readonly string[]; readonly rows: Rows } {
  const rows = rowsOf(reply, ',');
  const [first, ...names] = rows.next() ? fieldsOf(rows) : [];
  if (rows.broken) throw notHaproxy(place, `\`${showStatReply}\` is not CSV`);
  if (first !== '# pxname') throw notHaproxy(place, `\`${showStatReply}\` has no header line`);
  return { header: ['pxname', ...names], rows };
}
