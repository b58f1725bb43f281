import { textKind, type Reading } from './text-kind.ts';

const right = 'write an absolute path, beginning with /';

/** Reads an absolute path; `~` and variables stand for nothing here. */
export function readFilePath(text: string): Reading<string> {
  if (text.includes('\0')) return { wrong: 'which holds a zero byte', right };
  if (text.startsWith('~')) return { wrong: 'and ~ is not expanded here', right };
  if (!text.startsWith('/')) return { wrong: 'which is not an absolute path', right };
  return { value: text };
}

// `sun_path` of Linux holds 108 bytes, one of them the final zero (unix(7)).
const longestSocketPath = 107;

/** Reads the absolute path of a unix socket, which the kernel limits in length. */
export function readUnixSocketPath(text: string): Reading<string> {
  const reading = readFilePath(text);
  if (!('value' in reading) || Buffer.byteLength(text) <= longestSocketPath) return reading;
  return {
    wrong: `which is longer than the ${longestSocketPath} bytes a unix socket may have`,
    right: 'use a shorter path',
  };
}

export const filePath = textKind(readFilePath, { title: 'absolute path', right, pattern: /^\// });

export const unixSocketPath = textKind(readUnixSocketPath, { title: 'absolute path', right, pattern: /^\// });
