/**
 * Rows of CSV as HAProxy writes it (manual, section 9.1; RFC 4180): a field in double quotes may hold commas, line
 * ends and doubled quotes. Null when it ends inside a quoted field or a quote stands where none may.
 */
export function parseCsv(text: string): string[][] | null {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    const field = text[at] === '"' ? quotedField(text, at) : plainField(text, at);
    if (field === null) return null;
    row.push(field.value);
    at = field.next;
    if (text[at] === '\n' || at >= text.length) {
      rows.push(row);
      row = [];
    } else if (text[at + 1] === '\n' || at + 1 >= text.length) {
      // A comma at the very end of a line closes the line's last, empty field.
      row.push('');
      rows.push(row);
      row = [];
      at += 1;
    }
    at += 1;
  }
  return rows;
}

interface Field {
  readonly value: string;
  /** Where the comma or the line end behind it stands. */
  readonly next: number;
}

function plainField(text: string, start: number): Field | null {
  let next = start;
  while (next < text.length && text[next] !== ',' && text[next] !== '\n') next += 1;
  const value = text.slice(start, next);
  return value.includes('"') ? null : { value, next };
}

function quotedField(text: string, start: number): Field | null {
  let value = '';
  for (let from = start + 1; ;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return null;
    value += text.slice(from, quote);
    const behind = text[quote + 1];
    if (behind === '"') {
      value += '"';
      from = quote + 2;
      continue;
    }
    const ends = behind === undefined || behind === ',' || behind === '\n';
    return ends ? { value, next: quote + 1 } : null;
  }
}
