import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import type { Load } from '../lab/load-run.ts';
import { until } from '../lab/until.ts';
import { operations, stands } from './fault-lab.ts';
import { leak, memoryAged, untilAged, untilEnded, untilRejuvenated, withMeasured } from './measured-lab.ts';
import { jsonLines, whyOf, withSidecar } from './sidecar.ts';

describeLab('the last gates before a measured server goes', () => {
  it(
    'capacity refuses at the peak, from what each has been seen to carry, and admits at the trough',
    { timeout: 180_000 },
    async () => {
      let peak: Load | undefined;
      await withMeasured(
        {
          backend: { aging: [{ when: memoryAged, for: '3s', confirm: '1s' }], capacity: { headroom: '20%' } },
          before: async (lab) => {
            peak = await lab.startLoad({ keepAlive: 24, slow: 24, thinkMs: 60 });
          },
        },
        async (lab) => {
          await leak(lab, 'web2');
          await untilAged(lab, 'web2');
          let codes: string[] = [];
          // HAProxy's own figures come every 15 s, and a rate from the second look on.
          await until(
            'the capacity is known, and too little',
            async () => {
              codes = (await whyOf(lab, 'web2')).blocks.map(({ code }) => code);
              return codes.includes('no-capacity');
            },
            { withinMs: 45_000, everyMs: 500 },
          );
          const [block] = (await whyOf(lab, 'web2')).blocks;
          expect(block?.message).toMatch(/requests\.rate|sessions/);
          expect(await operations(lab)).toEqual([]);
          expect((await peak!.stop()).failures).toEqual([]);

          const trough = await lab.startLoad({ keepAlive: 3, slow: 2, thinkMs: 200 });
          await until('the capacity is enough', async () => (await whyOf(lab, 'web2')).blocks.length === 0, {
            withinMs: 60_000,
            everyMs: 500,
          }).catch(() => undefined); // it may have begun already
          const done = await untilRejuvenated(lab, 100_000);
          expect(done).toMatchObject({ server: 'web2', trigger: 'threshold' });
          expect((await trough.stop()).failures).toEqual([]);
        },
      );
    },
  );

  it(
    'a go-ahead of the shop is waited for, and without it all is taken back',
    { timeout: 150_000 },
    async () => {
      const script = (directory: string): string => join(directory, 'may-i');
      await withSidecar(
        {
          configure: (file) => {
            const directory = String(file['state']).replace(/\/state$/, '');
            Object.assign(file.backends['shop']!, {
              drain: { persistence: '1s', deadline: '20s', atDeadline: 'wait' },
              goAhead: { run: { command: script(directory), deadline: '7s' } },
            });
          },
        },
        async (lab) => {
          const yes = join(lab.directory, 'yes');
          const text = `#!/bin/sh\n[ -e ${yes} ] || { echo "not while $REJUV_SERVER sells" >&2; exit 1; }\n`;
          await writeFile(script(lab.directory), text);
          await chmod(script(lab.directory), 0o755);
          const load = await lab.startLoad({ keepAlive: 6, short: 3, slow: 2 });
          const boots = lab.server('web1').boots;

          const refused = await lab.rejuv(['rejuvenate', 'shop/web1', '--json']);
          expect(refused.code).toBe(1);
          expect(JSON.stringify(jsonLines(refused.stdout))).toContain('not while web1 sells');
          const back = await untilEnded(lab, 'aborted');
          expect(back.cause).toMatchObject({ code: 'no-go-ahead' });
          expect(lab.server('web1').boots).toBe(boots);
          expect(await stands(lab)).toMatchObject({
            web1: expect.stringContaining('primary serving') as string,
            web4: expect.stringContaining('spare spare') as string,
          });

          const asked = lab.rejuv(['rejuvenate', 'shop/web1', '--json']);
          const isAsking = async (): Promise<boolean> =>
            (await operations(lab))
              .at(-1)!
              .steps.some(({ step, state }) => step.kind === 'go-ahead' && state === 'begun');
          await until('it is asked', isAsking, { withinMs: 45_000, everyMs: 100 });
          await writeFile(yes, '');
          expect((await asked).code).toBe(0);
          expect(lab.server('web1').boots).toBe(boots + 1);
          expect((await load.stop()).failures).toEqual([]);
          await rm(yes);
        },
      );
    },
  );
});
