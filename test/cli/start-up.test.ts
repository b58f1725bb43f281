import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src/', import.meta.url));

/** All that is loaded with a file before anything runs: files below src, and packages. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(src + file, 'utf8');
  for (const [, from = ''] of text.matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?from\s+'([^']+)';/gm)) {
    if (from.startsWith('.')) loadedWith(new URL(from, `file:///${file}`).pathname.slice(1), seen);
    else if (!from.startsWith('node:')) seen.add(from);
  }
  return seen;
}

it('rejuv status loads no parser, no schema, no SSH and no web framework before it asks the sidecar', () => {
  const loaded = [...loadedWith('main.ts'), ...loadedWith('cli/status.ts')];
  const packages = [...new Set(loaded.filter((one) => !one.endsWith('.ts')))].toSorted();
  // Each further package is time that somebody on call waits: `npm run bench -- status` says how much.
  expect(packages).toEqual(['commander', 'picocolors']);
});
