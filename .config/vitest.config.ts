import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import ClosingLine from '../test/reporter.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Test files that start a lab: they need the machine for themselves, and more time. */
const labTests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => `test/${path}`)
  .filter((path) => /^test\/(lab|e2e|crash)\//.test(path) || /\blab\//.test(imports(path)));

function imports(path: string): string {
  return (
    readFileSync(join(root, path), 'utf8')
      .match(/\bfrom '.*'/g)
      ?.join('\n') ?? ''
  );
}

export default defineConfig({
  root,
  test: {
    watch: false,
    pool: 'forks',
    reporters: ['default', new ClosingLine()],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: labTests,
          maxWorkers: 2,
          testTimeout: 20_000,
          hookTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      // After the others, or a lab's servers would wait for a processor while HAProxy counts their seconds.
      {
        extends: true,
        test: {
          name: 'lab',
          include: labTests,
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
