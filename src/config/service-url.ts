import { textKind, type Reading } from './text-kind.ts';

const right = 'write a URL such as http://10.0.0.5:9090';

/** Reads the base URL of a service: http or https, without a query. */
export function readServiceUrl(text: string): Reading<string> {
  if (/[\s{}]/.test(text) || !URL.canParse(text)) return { wrong: 'which is not a URL', right };
  const { protocol, search, hash, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:')
    return { wrong: 'which is neither http nor https', right };
  // URLs are shown in refusals, records and logs.
  if (username !== '' || password !== '') {
    return { wrong: 'which holds a user or a password', right: `${right}, and \`auth\` for the rest` };
  }
  if (search !== '' || hash !== '') return { wrong: 'which has a query, and is to be a base URL', right };
  return { value: text.replace(/\/+$/, '') };
}

export const serviceUrl = textKind(readServiceUrl, {
  title: 'URL',
  right,
  pattern: /^[hH][tT][tT][pP][sS]?:/,
});
