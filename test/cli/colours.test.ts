import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

function rejuv(args: readonly string[], env: Readonly<Record<string, string>>): string {
  const argv = ['--import', 'tsx', 'src/main.ts', ...args];
  const { stdout, stderr } = spawnSync(process.execPath, argv, {
    ...{ cwd: root, encoding: 'utf8' },
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  return stdout + stderr;
}

it.each([
  ['in a script', {}],
  ['in a pipeline of CI, where picocolors would have colours', { CI: 'true' }],
])('what is no terminal gets no colours, %s', (_, env) => {
  expect(rejuv(['check', '--config', 'examples/minimal.yaml'], env)).toMatch(/^[^\u001b]{100,}$/);
  expect(rejuv(['status', '--config', '/nowhere'], env)).toMatch(/^rejuv: [^\u001b]+$/);
});
