import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the script behind `npm run vectors`. */
function run(...paths: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const args = ['--import', 'tsx', 'test/vectors/run.ts', ...paths];
    const child = execFile(process.execPath, args, { cwd: root }, (_, stdout, stderr) =>
      resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

function file(content: unknown): string {
  const path = join(folder, 'file.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const input = { n: 1, lambda_f: 1, lambda: 1, lambda_r: 1, mu: 1, mu_r: 1, C_f: 1, C_r: 1, T: 1 };

it('says per section how many vectors passed and how far off the worst was', async () => {
  const { status, stdout } = await run('test/vectors/4_classic.json');
  expect(stdout).toMatch(
    /^4_classic.json\n {2}4 huang4 +5\/5 passed {2}largest relative error \d\.\de-\d+\n {2}4 age +3\/3/,
  );
  expect(status).toBe(0);
});

it('exits with 1 and names the field if a vector fails', async () => {
  const vectors = [{ id: '1O001', input, expected: { P_0: 0.2, availability: 0.7 } }];
  const { status, stdout } = await run(file({ tolerance: { rtol: 1e-9 }, vectors }));
  expect(status).toBe(1);
  expect(stdout).toMatch(/1 +0\/1 passed/);
  expect(stdout).toMatch(/1O001: availability: expected 0.7, got 0.6/);
});

it.each([
  ['no file at all', null, /usage: npm run vectors -- FILE/],
  ['a file that is not there', '/nowhere.json', /nowhere.json: ENOENT/],
  ['something that is not JSON', file.bind(null, '{'), /file.json: .*JSON/],
  ['something that is not a file of vectors', file.bind(null, {}), /not a file of vectors.*tolerance/s],
  [
    'a count that is wrong',
    file.bind(null, { tolerance: { rtol: 1 }, count: 2, vectors: [{ id: '1O001', input, expected: {} }] }),
    /says it holds 2 vectors, and holds 1/,
  ],
  [
    'a section that nobody knows',
    file.bind(null, { tolerance: { rtol: 1 }, vectors: [{ id: '8O001', input, expected: {} }] }),
    /no section 8; there is: 1, 2a/,
  ],
  [
    'an input of another shape',
    file.bind(null, { tolerance: { rtol: 1 }, vectors: [{ id: '1O001', input: { n: 1 }, expected: {} }] }),
    /1O001: .*lambda_f/s,
  ],
])('exits with 2 for %s', async (_, path, problem) => {
  const { status, stderr } = await run(...(path === null ? [] : [typeof path === 'string' ? path : path()]));
  expect(stderr).toMatch(problem);
  expect(status).toBe(2);
});
