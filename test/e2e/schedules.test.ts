import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import type { Lab } from '../lab/lab.ts';
import type { RejuvFile } from '../lab/rejuv-file.ts';
import { until } from '../lab/until.ts';
import { serverIn, withSidecar } from './sidecar.ts';

/** Every ten seconds, so that a test need not wait for three in the morning. */
const often = { cron: '*/10 * * * * *', timeZone: 'Europe/Berlin' };

function shopOf(file: RejuvFile): Record<string, unknown> {
  return file.backends['shop']!;
}

interface Run {
  readonly outcome: string;
  readonly server: string | null;
  readonly code: string;
  readonly reason: string;
}

interface Past {
  readonly operations: readonly { trigger: string; phase: string; server: string; reason: string }[];
  readonly runs: readonly Run[];
}

async function history(lab: Lab): Promise<Past> {
  return JSON.parse((await lab.rejuv(['history', '--json'])).stdout) as Past;
}

describeLab('schedules on real HAProxys and hosts', () => {
  it(
    'rejuvenate the longest running server by themselves, under load, and lose nothing',
    { timeout: 180_000 },
    async () => {
      const configure = (file: RejuvFile): void => {
        shopOf(file)['schedule'] = [{ ...often, when: 'sessions < 500 and uptime > 1ms' }];
        shopOf(file)['calendar'] = { spacing: '1h', windows: [{ from: '00:00', to: '24:00' }] };
      };
      await withSidecar({ configure }, async (lab) => {
        const load = await lab.startLoad({ keepAlive: 8, short: 4 });
        await until(
          'a scheduled rejuvenation is done',
          async () => (await history(lab)).operations.some(({ phase }) => phase === 'completed'),
          { withinMs: 120_000, everyMs: 500 },
        );
        const { operations } = await history(lab);
        expect(operations).toMatchObject([
          { trigger: 'schedule', reason: 'schedule */10 * * * * * (Europe/Berlin)' },
        ]);
        const young = operations[0]!.server;
        expect(await serverIn(lab, young)).toMatchObject({ role: 'spare', list: 'spare' });
        await until(
          'the next runs are held up by the spacing',
          async () => (await history(lab)).runs.some(({ code }) => code === 'spacing'),
          { withinMs: 30_000, everyMs: 500 },
        );
        const { runs } = await history(lab);
        expect(runs.find(({ code }) => code === 'at-once')?.reason).toContain('at once is the limit, and');
        expect((await load.stop()).failures).toEqual([]);
        const people = (await lab.rejuv(['history'])).stdout;
        expect(people).toContain('schedule');
        expect(people).toMatch(/refused .* the last rejuvenation ended too recently/);
      });
    },
  );

  it(
    'plan shows what will run; a reload changes it, and an invalid file changes nothing',
    { timeout: 120_000 },
    async () => {
      const nightly = { cron: '30 3 * * *', timeZone: 'Europe/Berlin' };
      const configure = (file: RejuvFile): void => {
        shopOf(file)['schedule'] = [nightly];
      };
      await withSidecar({ configure }, async (lab, sidecar) => {
        interface Plan {
          readonly runs: readonly { server: string | null; verdict: string; code: string | null }[];
        }
        const plan = async (): Promise<Plan> =>
          JSON.parse((await lab.rejuv(['plan', '--days', '7', '--json'])).stdout) as Plan;
        const { runs } = await plan();
        expect(runs.length).toBe(7);
        expect(new Set(runs.map(({ verdict }) => verdict))).toEqual(new Set(['runs']));
        // The spare takes its turns as well.
        expect(new Set(runs.map(({ server }) => server)).size).toBe(4);
        const people = await lab.rejuv(['plan', '--days', '7']);
        expect(people.stdout.split('\n').filter((line) => line.includes('●')).length).toBe(8);

        await writeFile(join(lab.directory, 'freeze.ics'), freezeFile);
        await lab.writeConfig((file) => {
          file['calendar'] = { freeze: [{ ical: join(lab.directory, 'freeze.ics') }] };
        });
        const reloaded = await lab.rejuv(['reload', '--json']);
        expect(JSON.parse(reloaded.stdout)).toEqual({ changes: ['calendar changed'] });
        expect(new Set((await plan()).runs.map(({ code }) => code))).toEqual(new Set(['frozen']));
        const refused = await lab.rejuv(['rejuvenate', 'shop/web1']);
        expect([refused.code, refused.stderr]).toEqual([
          3,
          expect.stringContaining('stock-taking') as string,
        ]);

        await lab.writeConfig((file) => {
          shopOf(file)['minServing'] = 0;
        });
        const invalid = await lab.rejuv(['reload']);
        expect(invalid.code).toBe(2);
        expect(invalid.stderr).toContain('minServing is 0');
        await lab.writeConfig((file) => {
          file['state'] = join(lab.directory, 'elsewhere');
        });
        const moved = await lab.rejuv(['reload']);
        expect([moved.code, moved.stderr]).toEqual([3, expect.stringContaining('`state` differs') as string]);
        expect(new Set((await plan()).runs.map(({ code }) => code))).toEqual(new Set(['frozen']));

        await lab.writeConfig();
        await sidecar.kill('SIGHUP');
        await until('the signal took the freeze away', async () =>
          (await plan()).runs.every(({ verdict }) => verdict === 'runs'),
        );
      });
    },
  );
});

const freezeFile = [
  ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//shop//EN', 'BEGIN:VEVENT', 'UID:1'],
  ...['DTSTART;VALUE=DATE:20200101', 'DTEND;VALUE=DATE:20990101', 'SUMMARY:stock-taking'],
  ...['END:VEVENT', 'END:VCALENDAR', ''],
].join('\r\n');
