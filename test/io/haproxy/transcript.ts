import { readFileSync } from 'node:fs';

/** The versions that there are recordings of: test/transcripts/README.md. */
export const versions = ['2.6', '3.0'];

export const place = { loadBalancer: 'lb-a', socket: '/run/haproxy/admin.sock' };

/** One recorded reply, framing included. */
export function recorded(version: string, name: string): string {
  return readFileSync(new URL(`../../transcripts/${version}/${name}.txt`, import.meta.url), 'utf8');
}

/** The same as the parsers get it: without the final empty line. */
export function reply(version: string, name: string): string {
  return recorded(version, name).slice(0, -1);
}
