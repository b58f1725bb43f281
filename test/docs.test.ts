import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../src/domain/catalogue.ts';
import { configFields } from '../src/config/config-fields.ts';
import { phases } from '../src/domain/operation.ts';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

/** The first cells of the table under a heading. */
function firstCells(document: string, heading: string): string[] {
  const section = document.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell]) => cell ?? '');
}

describe('the documents', () => {
  it('list every error of the catalogue with its exit status, and no other', () => {
    const section = read('ARCHITECTURE.md').split(/^## Errors\n/m)[1] ?? '';
    const listed = [...section.matchAll(/^\| `([a-z-]+)` \| (\d) \|/gm)].map(([, code, exit]) => [
      code,
      Number(exit),
    ]);
    expect(listed).toEqual(Object.entries(catalogue).map(([code, { exit }]) => [code, exit]));
  });

  it('list every field of the config file, and no other', () => {
    expect(firstCells(read('examples/README.md'), 'Every field')).toEqual(
      configFields().map(({ path }) => path),
    );
  });

  it('explain every phase of work', () => {
    const listed = [...read('ARCHITECTURE.md').matchAll(/^\| ([a-z-]+) \|/gm)].map(([, phase]) => phase);
    const work = Object.entries(phases).filter(
      ([phase, { next }]) => next.length > 0 && phase !== 'rolling-back',
    );
    // Confirming belongs to triggers by threshold, which do not exist yet.
    for (const [phase] of work) if (phase !== 'confirming') expect(listed).toContain(phase);
  });
});
