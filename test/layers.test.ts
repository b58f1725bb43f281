import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { breaches } from './layers/check.ts';

const src = fileURLToPath(new URL('../src', import.meta.url));

function filesOfSrc(): Map<string, string> {
  const paths = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return new Map(paths.sort().map((path) => [path, readFileSync(join(src, path), 'utf8')]));
}

it('the layers of src are kept', () => {
  const files = filesOfSrc();
  expect(files.size).toBeGreaterThan(10);
  expect(breaches(files)).toEqual([]);
});

describe('the check of the layers', () => {
  const bad: [string, string, RegExp][] = [
    [
      'policy/choice.ts',
      `import { run } from '../io/runner.ts';`,
      /policy may import only domain, model: policy decides/,
    ],
    ['domain/server.ts', `import type { X } from '../policy/x.ts';`, /domain may import none/],
    ['domain/server.ts', `export { join } from 'node:path';`, /nothing of Node/],
    ['domain/server.ts', `let x: import('../policy/x.ts').X;`, /domain may import none/],
    ['model/chain.ts', `import { z } from 'zod';`, /the package zod, but model may use none/],
    ['config/shape.ts', `import pino from 'pino';`, /config may use only yaml, zod/],
    ['io/store/store.ts', `import { connect } from '../ssh/session.ts';`, /knows no sibling/],
    ['io/store/store.ts', `import { createClock } from '../clock.ts';`, /knows no sibling/],
    ['io/runner.ts', `import { createClock } from './clock.ts';`, /knows no sibling/],
    ['io/haproxy/pair.ts', `import ssh from 'ssh2';`, /io\/haproxy may use none/],
    [
      'io/probe/probe.ts',
      `import x from 'axios/lib/x.js'; import s from 'ssh2';`,
      /io\/probe may use only axios/,
    ],
    ['control/engine.ts', `import { openStore } from '../io/store/open-store.ts';`, /through the seams only/],
    ['control/engine.ts', `const fs = await import('node:fs');`, /nothing of Node/],
    ['http/api.ts', `import { x } from '../policy/x.ts';`, /http is a door/],
    ['http/api.ts', `import { x } from '@hono/other/x';`, /the package @hono\/other/],
    ['cli/run.ts', `import { Client } from 'ssh2';`, /only commander, picocolors/],
    ['cli/run.ts', `import { x } from '../../test/fakes/x.ts';`, /outside of src/],
    ['engine/x.ts', `export const x = 1;`, /no law for engine/],
    ['policy/aging.ts', `export async function f() { return 1; }`, /:1: async or await/],
    ['model/aging.ts', `export const f = async () => 1;`, /:1: async or await/],
    ['control/loop.ts', `\nexport const now = Date.now();`, /:2: Date\.now; time and chance/],
    ['control/loop.ts', `export const now = new Date();`, /new Date\(\)/],
    ['control/loop.ts', `export const now = new Date;`, /new Date\(\)/],
    ['control/loop.ts', `setTimeout(() => 1, 5);`, /setTimeout/],
    ['control/loop.ts', `globalThis.setInterval(() => 1, 5);`, /setInterval/],
    ['control/loop.ts', `export const later = setImmediate;`, /setImmediate/],
    ['control/loop.ts', `export const f = performance.now;`, /performance\.now/],
    ['control/loop.ts', `export const x = Math.random();`, /Math\.random/],
    ['cli/run.ts', `import { randomUUID as id } from 'node:crypto';`, /randomUUID/],
    ['cli/run.ts', `export const id = crypto.randomUUID();`, /randomUUID/],
    ['cli/run.ts', `import { setTimeout } from 'node:timers/promises';`, /node:timers\/promises/],
    ['cli/run.ts', `export const s = AbortSignal.timeout(5);`, /AbortSignal\.timeout/],
    ['control/index.ts', `export const x = 1;`, /barrel/],
    ['control/all.ts', `export * from './a.ts';\nexport { b } from './b.ts';`, /barrel/],
    ['control/utils.ts', `export const x = 1;`, /says nothing/],
    ['control/step-types.ts', `export const x = 1;`, /says nothing/],
    ['io/ssh/session-manager.ts', `export const x = 1;`, /says nothing/],
    ['control/long.ts', 'export {};\n' + 'void 0;\n'.repeat(300), /301 lines of code/],
  ];

  it.each(bad.map(([path, text, why]) => ({ path, text, why })))(
    'refuses in $path: $why',
    ({ path, text, why }) => {
      const found = breaches(new Map([[path, text]]));
      expect(found.join('\n')).toMatch(why);
      expect(found.join('\n')).toContain(`src/${path}`);
    },
  );

  it('refuses an import cycle, of types too', () => {
    const files = new Map([
      ['domain/a.ts', `import { b } from './b.ts'; export const a = b;`],
      ['domain/b.ts', `import { c } from './c.ts'; export const b = c;`],
      ['domain/c.ts', `import type { a } from './a.ts'; export const c = 1;`],
    ]);
    expect(breaches(files)).toEqual([
      'import cycle: src/domain/a.ts -> src/domain/b.ts -> src/domain/c.ts -> src/domain/a.ts',
    ]);
  });

  it('admits what is right', () => {
    const files = new Map([
      ['main.ts', `import { main } from './cli/main.ts'; await main(process.argv);`],
      ['cli/main.ts', `import { Command } from 'commander'; import '../io/clock.ts'; export const main = 1;`],
      [
        'io/clock.ts',
        `import { randomUUID } from 'node:crypto'; setTimeout(() => Date.now(), Math.random());`,
      ],
      ['io/cron.ts', `import cron from 'node-cron'; export const c = cron;`],
      ['io/ssh/session.ts', `import ssh from 'ssh2'; import type { Clock } from '../../domain/seams.ts';`],
      ['http/api.ts', `import { serve } from '@hono/node-server'; import { Hono } from 'hono/tiny';`],
      ['domain/seams.ts', `export const at = (ms: number) => new Date(ms).toISOString(); // Date.now()`],
      [
        'policy/typed.ts',
        `import { at } from '../domain/seams.ts'; export const say = 'await Math.random()';`,
      ],
      ['control/long.ts', 'export {};\n' + '// a long comment\n\n'.repeat(400)],
    ]);
    expect(breaches(files)).toEqual([]);
  });
});
