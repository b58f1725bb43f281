import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const clone = fileURLToPath(new URL('..', import.meta.url));

/** Runs vitest with the reporter on these test files; gives its exit status and the last line that it wrote. */
async function lastLine(files: Readonly<Record<string, string>>): Promise<[number | null, string]> {
  await mkdir(join(clone, '.cache'), { recursive: true });
  const root = await mkdtemp(join(clone, '.cache/reporter-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      await writeFile(
        join(root, `${name}.test.ts`),
        `import { describe, beforeAll, it } from 'vitest';\n${text}\n`,
      );
    }
    const reporter = JSON.stringify(fileURLToPath(new URL('./reporter.ts', import.meta.url)));
    const config = `export default { test: { reporters: ['default', ${reporter}] } };\n`;
    await writeFile(join(root, 'vitest.config.ts'), config);
    const vitest = join(clone, 'node_modules/vitest/vitest.mjs');
    const child = spawn(process.execPath, [vitest, 'run', '--root', root], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let written = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
    child.stderr.resume();
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return [status, written.split('\n').at(-2) ?? ''];
  } finally {
    await rm(root, { recursive: true });
  }
}

const good = "it('works', () => undefined);";
const bad = "it('breaks', () => { throw new Error('on purpose'); });";

it('says how many tests passed and failed in the last line of a run', async () => {
  expect(await lastLine({ one: `${good}\n${bad}` })).toEqual([1, '1 passed, 1 failed']);
  expect(await lastLine({ one: `${good}\nit.skip('later', () => undefined);` })).toEqual([
    0,
    '1 passed, 0 failed, 1 skipped',
  ]);
});

it('counts as failed what never came to a test: a file that does not load, a hook, an error nobody caught', async () => {
  const files = {
    unloadable: "throw new Error('on purpose');",
    hook: `describe('after a broken hook', () => { beforeAll(() => { throw new Error('on purpose'); }); ${good} });`,
    uncaught: "it('leaves an error behind', () => { void Promise.reject(new Error('on purpose')); });",
  };
  expect(await lastLine(files)).toEqual([1, '1 passed, 3 failed, 1 skipped']);
});
