import { textKind, type Reading } from './text-kind.ts';

const right = 'write a path such as /warmup';

/** Reads the path of a request, with its query if there is one. */
export function readRequestPath(text: string): Reading<string> {
  if (!text.startsWith('/')) return { wrong: 'which does not start with /', right };
  // Two slashes would name another host; braces would be taken for placeholders of the URL.
  if (/[\s#{}]/.test(text) || text.startsWith('//'))
    return { wrong: 'which is not the path of a request', right };
  return { value: text };
}

export const requestPath = textKind(readRequestPath, { title: 'request path', right, pattern: /^\// });
