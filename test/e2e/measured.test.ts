import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { until } from '../lab/until.ts';
import { operations, stands } from './fault-lab.ts';
import {
  agedSoFar,
  conditionNow,
  leak,
  memoryAged,
  memoryOf,
  untilAged,
  untilEnded,
  untilRejuvenated,
  withMeasured,
} from './measured-lab.ts';
import { whyOf } from './sidecar.ts';

const clients = { keepAlive: 6, short: 3, slow: 2 };
const recover = [{ run: { command: 'sudo -n systemctl restart shop', deadline: '4s' } }];
const aging = [{ when: memoryAged, for: '5s', confirm: '2s' }];

describeLab('measured aging on real node exporters', () => {
  it(
    'a server that leaks is seen, waited out, confirmed and rejuvenated under load, and its memory falls',
    { timeout: 120_000 },
    async () => {
      await withMeasured({ backend: { aging } }, async (lab) => {
        const { address } = lab.server('web2');
        const boots = lab.server('web2').boots;
        const load = await lab.startLoad(clients);
        await sleep(2_000);
        const leakedAt = await leak(lab, 'web2');
        await until('the rule waits', async () => {
          const { aging: rules } = await whyOf(lab, 'web2');
          return rules[0]?.verdict === 'waiting';
        });
        const before = await memoryOf(lab, address);
        const aged = await untilAged(lab, 'web2');
        expect(aged.at - leakedAt, 'not before its `for`').toBeGreaterThanOrEqual(5_000);
        expect(aged).toMatchObject({ severity: 'aging', rule: memoryAged });
        expect(aged.evidence).toMatch(/^memory\.used [\d.]+%; true for \d+s, \d+ samples$/);
        expect((await whyOf(lab, 'web2')).aging).toMatchObject([{ rule: memoryAged, verdict: 'holds' }]);
        const status = await lab.rejuv(['status']);
        expect(status.stdout).toContain(memoryAged);

        const done = await untilEnded(lab, 'completed');
        expect(done).toMatchObject({ trigger: 'threshold', server: 'web2', spare: 'web4' });
        expect(done.because).toMatchObject({ rule: memoryAged });
        const confirmed = done.steps.find(({ step }) => step.kind === 'confirm-aging');
        expect(confirmed?.detail).toMatch(/^still aging: memory\.used [\d.]+%/);
        expect(lab.server('web2').boots).toBe(boots + 1);
        expect(await stands(lab)).toMatchObject({
          web2: expect.stringContaining('spare') as string,
          web4: expect.stringContaining('primary serving') as string,
        });
        await until('its memory is low again', async () => (await memoryOf(lab, address)) < 0.3);
        expect(before).toBeGreaterThan(0.5);
        const { failures, ok } = await load.stop();
        expect(failures).toEqual([]);
        expect(ok).toBeGreaterThan(200);
        await until('its aging is over', () => agedSoFar(lab).at(-1)?.type === 'aged-over');
        const people = await lab.rejuv(['history']);
        const said = people.stdout.replaceAll(/\s+/g, ' ');
        expect(said).toContain(`by a threshold: aging: ${memoryAged}; memory.used `);
        expect(said).toMatch(/true for \d+s, \d+ samples/);
      });
    },
  );

  it(
    'a leak that is gone while the spare is made ready calls it off, and the spare goes back',
    { timeout: 120_000 },
    async () => {
      const duplex = [{ run: { on: 'aged', command: 'sleep 4', deadline: '10s' } }];
      await withMeasured({ backend: { aging, duplex } }, async (lab) => {
        const load = await lab.startLoad(clients);
        await leak(lab, 'web2');
        await until(
          'the spare is made ready',
          async () => (await operations(lab)).at(-1)?.phase === 'duplexing',
          { withinMs: 45_000, everyMs: 100 },
        );
        await lab.server('web2').app('/forget');
        const off = await untilEnded(lab, 'called-off');
        expect(off.cause).toMatchObject({ code: 'no-longer-aged' });
        expect(off.cause?.reason).toContain(memoryAged);
        expect(await stands(lab)).toMatchObject({
          web2: expect.stringContaining('primary serving') as string,
          web4: expect.stringContaining('spare spare') as string,
        });
        expect(await lab.server('web4').appListens(), 'the spare sleeps again').toBe(false);
        await until('its aging is over', () => agedSoFar(lab).at(-1)?.type === 'aged-over');
        expect((await load.stop()).failures).toEqual([]);
        // Called off is well: whoever asks for this operation later is told so.
        expect((await lab.rejuv(['watch', off.id])).code).toBe(0);
        expect((await lab.rejuv(['history'])).stdout).toContain('called-off');
      });
    },
  );

  it('a peak of load without a leak triggers nothing', { timeout: 120_000 }, async () => {
    const rules = [
      { when: memoryAged, for: '3s' },
      { when: 'process.memory > 2x peers and process.memory > 150MiB', for: '3s' },
      { when: 'memory.used per requests.rate > 3x peers', for: '3s' },
    ];
    await withMeasured({ backend: { aging: rules } }, async (lab) => {
      const quiet = await lab.startLoad({ keepAlive: 3, thinkMs: 100 });
      await sleep(4_000);
      const peak = await lab.startLoad({ keepAlive: 60, short: 10, thinkMs: 20 });
      await sleep(20_000);
      const { aging: judged } = await whyOf(lab, 'web1');
      const busy = await peak.stop();
      expect(busy.failures).toEqual([]);
      expect((await quiet.stop()).failures).toEqual([]);
      expect(busy.ok / (busy.elapsedMs / 1000), 'requests per second').toBeGreaterThan(200);
      expect(agedSoFar(lab)).toEqual([]);
      expect(await operations(lab)).toEqual([]);
      expect(judged.map(({ verdict }) => verdict).slice(0, 2)).toEqual(['fails', 'fails']);
    });
  });

  it(
    'a freeze holds up aging and unstable, tells a person once of the one that cannot wait, and lets a failover through',
    { timeout: 150_000 },
    async () => {
      const freeze = [{ from: '2020-01-01', to: '2099-01-01', reason: 'Black Friday' }];
      const faults = { every: '1s', fall: 3, rise: 2 };
      const unstable = [{ when: memoryAged, for: '3s' }];
      const young = [{ when: 'process.memory > 200MiB', for: '3s' }];
      const told = (lab: { directory: string }): string => join(lab.directory, 'told');
      await withMeasured(
        {
          backend: { aging: young, unstable, calendar: { freeze }, faults, recover },
          // A server that takes its leak is slow, not failed.
          lab: { haproxy: { inter: '500ms', fall: 4 } },
          // Memory that ages by both rules, and a word to a person in a file.
          configure: (file) => {
            const directory = String(file['state']).replace(/\/state$/, '');
            file['onAlert'] = `echo "$REJUV_CODE $REJUV_SERVER" >>${directory}/told`;
          },
        },
        async (lab) => {
          const load = await lab.startLoad(clients);
          await leak(lab, 'web2');
          await until('both rules hold', () => new Set(agedSoFar(lab).map(({ rule }) => rule)).size === 2, {
            withinMs: 30_000,
          });
          await until('a person is told', () => existsSync(told(lab)), { withinMs: 30_000 });
          await sleep(6_000);
          expect(readFileSync(told(lab), 'utf8').trim().split('\n')).toEqual(['aged-blocked shop/web2']);
          expect(await conditionNow(lab, 'web2')).toBe('unstable');
          const why = await whyOf(lab, 'web2');
          expect(why.blocks.map(({ code }) => code)).toContain('frozen');
          expect(why.blocks[0]?.message).toContain('Black Friday');
          const plan = await lab.rejuv(['plan']);
          expect(plan.stdout).toContain(memoryAged);
          expect(await operations(lab)).toEqual([]);
          expect((await load.stop()).failures).toEqual([]);

          await lab.server('web1').signalApp('KILL');
          await until(
            'the spare has taken over',
            async () =>
              (await operations(lab)).some(({ kind, phase }) => kind === 'failover' && phase === 'completed'),
            { withinMs: 30_000, everyMs: 200 },
          );
          expect(await stands(lab)).toMatchObject({
            web4: expect.stringContaining('primary serving') as string,
          });
          // Web1 is repaired and becomes the spare; then the freeze ends, and what could not wait goes on at once.
          await until(
            'the repair is done',
            async () =>
              (await operations(lab)).some(({ kind, phase }) => kind === 'recovery' && phase === 'completed'),
            { withinMs: 45_000, everyMs: 200 },
          );
          await lab.writeConfig((file) => {
            delete file.backends['shop']!['calendar'];
          });
          expect((await lab.rejuv(['reload'])).code).toBe(0);
          const done = await untilRejuvenated(lab);
          expect(done).toMatchObject({
            server: 'web2',
            trigger: 'threshold',
            because: { severity: 'unstable' },
          });
        },
      );
    },
  );
});
