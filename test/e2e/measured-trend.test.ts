import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backendName, serverName } from '../../src/domain/names.ts';
import { createClock } from '../../src/io/clock.ts';
import { openSamples } from '../../src/io/samples/open-samples.ts';
import { describeLab } from '../lab/describe-lab.ts';
import type { Lab } from '../lab/lab.ts';
import { exporterPort } from '../lab/measured-server.ts';
import { until } from '../lab/until.ts';
import { prometheusUrl, startPrometheus } from './alert-servers.ts';
import { operations } from './fault-lab.ts';
import { leak, memoryOf, untilAged, untilRejuvenated, withMeasured } from './measured-lab.ts';
import { whyOf } from './sidecar.ts';

const rule = 'memory.used reaches 65% within 24h';
const minuteMs = 60_000;
const hours = 7;
/** Of the memory, in those hours: in three more it is at the limit of the rule. */
const leaked = 0.35;

const query = (figure: string): string => `node_memory_${figure}_bytes{instance="{address}:${exporterPort}"}`;
const sources = {
  prom: {
    ...{ prometheus: prometheusUrl, every: '1s', timeout: '1s', stale: '10s' },
    metrics: { 'memory.used': { query: `1 - ${query('MemAvailable')} / ${query('MemTotal')}` } },
  },
};

/** What a sidecar of before has measured: one server has leaked for hours up to where it stands now, the others have not. */
async function leaveBehind(lab: Lab): Promise<void> {
  const samples = await openSamples({ stateDirectory: join(lab.directory, 'state'), clock: createClock() });
  const source = { name: 'prom', everyMs: 1_000, staleMs: 10_000 };
  const now = Date.now();
  for (const { name, address } of lab.servers) {
    const level = await memoryOf(lab, address);
    const id = { backend: backendName('shop'), server: serverName(name) };
    for (let at = now - hours * 60 * minuteMs; at < now; at += minuteMs) {
      const share = (now - at) / (hours * 60 * minuteMs);
      samples.keep(
        id,
        source,
        new Map([['memory.used', level - (name === 'web2' ? leaked * share : 0)]]),
        at,
      );
    }
  }
  await samples.close();
}

describeLab('a trend of a real Prometheus', () => {
  it(
    'is seen long before the limit, waits for the end of a deployment, and brings the memory down without a lost request',
    { timeout: 150_000 },
    async () => {
      const deploying = (lab: Lab): string => join(lab.directory, 'deploying');
      await withMeasured(
        {
          backend: { sources, aging: [{ when: rule, confirm: '2s' }] },
          configure: (file) => {
            const path = String(file['state']).replace(/\/state$/, '/deploying');
            file['blockers'] = { deploy: [{ file: path, maxAge: '2h' }] };
          },
          before: async (lab) => {
            await startPrometheus(lab);
            await leak(lab, 'web2', 200);
            await leaveBehind(lab);
            await writeFile(deploying(lab), '');
          },
        },
        async (lab) => {
          const { address } = lab.server('web2');
          const load = await lab.startLoad({ keepAlive: 6, short: 3, slow: 2 });
          const before = await memoryOf(lab, address);
          expect(before, 'far from the limit').toBeLessThan(0.6);
          const aged = await untilAged(lab, 'web2');
          expect(aged).toMatchObject({ severity: 'aging', rule });
          expect(aged.evidence).toMatch(/^memory\.used .*reaches 65% in/);
          for (const name of ['web1', 'web3'])
            expect((await whyOf(lab, name)).aging).toMatchObject([{ rule, verdict: 'fails' }]);

          const blocked = async (): Promise<string[]> =>
            (await whyOf(lab, 'web2')).blocks.map(({ code }) => code);
          await until('the deployment holds it up', async () => (await blocked()).includes('deploying'));
          const byHand = await lab.rejuv(['rejuvenate', 'shop/web2', '--dry-run']);
          expect([byHand.code, `${byHand.stdout}${byHand.stderr}`]).toEqual([
            3,
            expect.stringContaining(`the shop is being deployed: ${deploying(lab)} is there`) as string,
          ]);
          expect(await operations(lab)).toEqual([]);

          await rm(deploying(lab));
          const done = await untilRejuvenated(lab);
          expect(done).toMatchObject({ server: 'web2', trigger: 'threshold', because: { rule } });
          await until('its memory is low again', async () => (await memoryOf(lab, address)) < before - 0.2);
          const { failures, ok } = await load.stop();
          expect(failures).toEqual([]);
          expect(ok).toBeGreaterThan(200);
        },
      );
    },
  );
});
