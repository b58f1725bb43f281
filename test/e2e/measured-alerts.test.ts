import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import type { LabProcess } from '../lab/hub.ts';
import type { Lab } from '../lab/lab.ts';
import { until } from '../lab/until.ts';
import {
  alertmanagerUrl,
  alertsThere,
  prometheusUrl,
  silence,
  startAlertmanager,
  startPrometheus,
} from './alert-servers.ts';
import { operations } from './fault-lab.ts';
import { leak, memoryAged, untilAged, untilRejuvenated, withMeasured } from './measured-lab.ts';
import { whyOf } from './sidecar.ts';

const blockers = {
  alerts: [
    { prometheus: prometheusUrl, matching: { team: 'payments' } },
    {
      alertmanager: alertmanagerUrl,
      matching: { severity: 'page|critical', team: 'shop' },
      except: [{ alertname: 'MemoryHigh', instance: '{address}:.*' }],
    },
  ],
};

/** What stands in the way of a server, in the words of `rejuv why`. */
async function blocksOf(lab: Lab, name: string): Promise<string[]> {
  return (await whyOf(lab, name)).blocks.map(({ code, message }) => `${code}: ${message}`);
}

async function untilBlocks(lab: Lab, name: string, wanted: readonly RegExp[]): Promise<void> {
  let seen: string[] = [];
  const fits = async (): Promise<boolean> => {
    seen = await blocksOf(lab, name);
    return (
      seen.length === wanted.length && wanted.every((pattern) => seen.some((block) => pattern.test(block)))
    );
  };
  await until(`what blocks ${name}`, fits, { withinMs: 20_000, everyMs: 200 }).catch(() => undefined);
  expect(seen.length, JSON.stringify(seen)).toBe(wanted.length);
  for (const pattern of wanted) expect(seen).toContainEqual(expect.stringMatching(pattern));
}

describeLab('alerts of a real Prometheus and a real Alertmanager', () => {
  it(
    'hold up what is unstable while they fire or cannot be asked; about the server itself, or silenced, they do not',
    { timeout: 180_000 },
    async () => {
      let prometheus: LabProcess | undefined;
      await withMeasured(
        {
          backend: { unstable: [{ when: memoryAged, for: '3s' }], blockers },
          before: async (lab) => {
            [prometheus] = await Promise.all([startPrometheus(lab), startAlertmanager(lab)]);
            await lab.server('web1').app('/gauge?name=shop_payment_queue&value=500');
          },
          configure: (file) => {
            const directory = String(file['state']).replace(/\/state$/, '');
            file['onAlert'] = `echo "$REJUV_CODE $REJUV_SERVER $REJUV_MESSAGE" >>${directory}/told`;
          },
        },
        async (lab) => {
          const load = await lab.startLoad({ keepAlive: 6, short: 3, slow: 2 });
          const payment = /^alert-firing: .*PaymentQueueLong.*instance="10\.0\.0\.21:8080"/;
          await untilBlocks(lab, 'web2', [payment]);
          await leak(lab, 'web2');
          await untilAged(lab, 'web2');
          await lab.server('web3').app('/gauge?name=shop_checkout_errors&value=50');
          await until(
            'the Alertmanager has heard of both',
            async () => {
              const there = await alertsThere(lab);
              return there.includes('MemoryHigh') && there.includes('CheckoutErrors');
            },
            { withinMs: 30_000, everyMs: 200 },
          );
          // The alert about the very server does not hold it up; another server it does.
          await untilBlocks(lab, 'web2', [payment, /^alert-firing: .*CheckoutErrors/]);
          await untilBlocks(lab, 'web1', [payment, /CheckoutErrors/, /MemoryHigh.*10\.0\.0\.22/]);
          await silence(lab, 'CheckoutErrors');
          await untilBlocks(lab, 'web2', [payment]);
          const byHand = await lab.rejuv(['rejuvenate', 'shop/web2', '--dry-run']);
          expect([byHand.code, `${byHand.stdout}${byHand.stderr}`]).toEqual([
            3,
            expect.stringContaining('PaymentQueueLong') as string,
          ]);

          await prometheus!.kill('SIGTERM');
          await prometheus!.done;
          const silent = /^alerts-unknown: .*127\.0\.0\.1:9090.*connection refused/;
          await untilBlocks(lab, 'web2', [silent]);
          const checked = await lab.rejuv(['check']);
          expect(checked.code).toBe(1);
          expect(checked.stdout).toMatch(/error\s+http:\/\/127\.0\.0\.1:9090: .*connection refused/);
          expect(checked.stdout).toMatch(/ok\s+http:\/\/127\.0\.0\.1:9093: /);
          await startPrometheus(lab);
          await untilBlocks(lab, 'web2', [payment]);
          expect(await operations(lab)).toEqual([]);
          const told = readFileSync(join(lab.directory, 'told'), 'utf8').trim().split('\n');
          expect(told, 'a person is told once').toEqual([
            expect.stringMatching(/^aged-blocked shop\/web2 .*PaymentQueueLong/) as string,
          ]);

          await lab.server('web1').app('/gauge?name=shop_payment_queue&value=0');
          await untilBlocks(lab, 'web2', []);
          const done = await untilRejuvenated(lab, 100_000);
          expect(done).toMatchObject({ server: 'web2', because: { severity: 'unstable' } });
          const { failures, ok } = await load.stop();
          expect(failures).toEqual([]);
          expect(ok).toBeGreaterThan(500);
        },
      );
    },
  );
});
