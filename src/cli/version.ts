import { readFileSync } from 'node:fs';

/** The version in package.json, which lies two levels above both the source and the built file. */
export function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const found: unknown = JSON.parse(text);
  const known = typeof found === 'object' && found !== null && 'version' in found;
  return known ? String(found.version) : 'unknown';
}
