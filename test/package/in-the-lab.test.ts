import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { describeLab, withLab } from '../lab/describe-lab.ts';
import { until } from '../lab/until.ts';
import { jsonLines, withoutOldWorkers } from '../e2e/sidecar.ts';
import { built } from './built.ts';
import { nodes } from './nodes.ts';
import { install } from './prefix.ts';

const all = await nodes();
let tarball = '';

describeLab('what npm installed', () => {
  beforeAll(async () => {
    ({ tarball } = await built());
  });

  for (const { major, path, missing } of all) {
    const does = `checks, runs, shows and rejuvenates on Node ${major}, over a real SSH`;
    if (path === null) {
      if (major === 20) it(does, () => expect.fail(missing));
      else it.skip(`${does} (${missing})`, () => undefined);
      continue;
    }
    it(does, { timeout: 120_000 }, async () => {
      const prefix = await install(tarball, path);
      try {
        await withLab(withoutOldWorkers({ servers: 3, configure: lowMinimum }), async (lab) => {
          const rejuv = [path, join(prefix.directory, 'usr/bin/rejuv'), '-c', lab.configFile];
          const sidecar = lab.spawn([...rejuv, 'run']);
          try {
            await until('the sidecar is up', () => sidecar.output.stdout.includes('"rejuv is up"'));
            const checked = await lab.exec([...rejuv, 'check', '--json']);
            const errors = (JSON.parse(checked.stdout) as { severity: string }[]).filter(
              ({ severity }) => severity === 'error',
            );
            expect(errors).toEqual([]);
            expect((await lab.exec([...rejuv, 'status'])).stdout).toContain('web1');
            const ran = await lab.exec([...rejuv, 'rejuvenate', 'shop/web1', '--json']);
            expect({ code: ran.code, end: jsonLines(ran.stdout).at(-1) }).toMatchObject({
              code: 0,
              end: { state: 'completed' },
            });
            expect(lab.server('web1').boots).toBe(2);
            await sidecar.kill('SIGTERM');
            expect((await sidecar.done).code).toBe(0);
          } finally {
            await sidecar.kill('SIGKILL');
          }
        });
      } finally {
        await rm(prefix.directory, { recursive: true });
      }
    });
  }
});

function lowMinimum(file: { backends: Record<string, Record<string, unknown>> }): void {
  file.backends['shop']!['minServing'] = 1;
}
