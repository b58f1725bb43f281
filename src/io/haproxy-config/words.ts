/** One word of a line of HAProxy's configuration. */
export interface Word {
  readonly text: string;
  /** False when an environment variable stands in it: only the process that reads it knows its text. */
  readonly known: boolean;
}

/** What a backslash makes of the next character; before any other it stays a backslash (measured with 2.6). */
const escapes: Readonly<Record<string, string>> = {
  ...{ n: '\n', r: '\r', t: '\t' },
  ...{ ' ': ' ', '\\': '\\', '#': '#', '"': '"', "'": "'" },
};

/**
 * The words of one line, as HAProxy splits it (configuration manual, section 2.2, "Quoting and escaping"): spaces and
 * tabs part words, `#` begins a comment, a backslash escapes, '…' keeps everything, and "…" keeps all but escapes and
 * variables. Null when a quote does not end, which HAProxy refuses.
 */
export function splitLine(line: string): Word[] | null {
  const words: Word[] = [];
  let text = '';
  let known = true;
  let inWord = false;
  let quote: '"' | "'" | null = null;
  const end = (): void => {
    if (inWord) words.push({ text, known });
    [text, known, inWord] = ['', true, false];
  };
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at] ?? '';
    if (quote === "'") {
      if (char === "'") quote = null;
      else text += char;
      continue;
    }
    if (char === '\\') {
      const hex = /^x([0-9a-fA-F]{2})/.exec(line.slice(at + 1, at + 4))?.[1];
      const next = line[at + 1] ?? '';
      const escaped = quote === '"' && next === '$' ? next : escapes[next];
      if (hex !== undefined) {
        text += String.fromCharCode(parseInt(hex, 16));
        at += 3;
      } else if (escaped !== undefined) {
        text += escaped;
        at += 1;
      } else text += char;
      inWord = true;
    } else if (quote === '"') {
      if (char === '"') quote = null;
      else if (char === '$') known = false;
      text += char === '"' ? '' : char;
    } else if (char === '"' || char === "'") {
      quote = char;
      inWord = true;
    } else if (char === '#') {
      break;
    } else if (char === ' ' || char === '\t' || char === '\r') {
      end();
    } else {
      text += char;
      inWord = true;
    }
  }
  if (quote !== null) return null;
  end();
  return words;
}
