/** Words that some reader of YAML takes for something else than text. */
const reserved = /^(true|false|yes|no|on|off|y|n|null)$/i;
const plain = /^[A-Za-z/][A-Za-z0-9_./-]*$/;
const ipv4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** A text as YAML, as a key or a value, in `{ }` and `[ ]` too: quoted unless every reader takes it for a text. */
export function yamlWord(text: string): string {
  const safe = (plain.test(text) && !reserved.test(text)) || ipv4.test(text);
  // A JSON string is a double-quoted YAML one.
  return safe ? text : JSON.stringify(text);
}

/** A key with its colon. */
export function yamlKey(text: string): string {
  return `${yamlWord(text)}:`;
}

/** Text from elsewhere, fit to stand in a comment. */
export function commentWord(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
