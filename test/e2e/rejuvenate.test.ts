import { expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { until } from '../lab/until.ts';
import { expectContract, jsonLines, serverIn, withSidecar } from './sidecar.ts';

const everyClient = { keepAlive: 15, cookie: 8, short: 4, slow: 4 };

describeLab('rejuvenate', () => {
  it(
    'takes a server of a loaded pair through a real reboot, and not one request fails',
    { timeout: 180_000 },
    async () => {
      await withSidecar({ haproxy: { persistence: 'cookie' } }, async (lab) => {
        const load = await lab.startLoad(everyClient);
        const ran = await lab.rejuv(['rejuvenate', 'shop/web1', '--json']);
        expect({ code: ran.code, end: jsonLines(ran.stdout).at(-1) }).toMatchObject({
          code: 0,
          end: { state: 'completed', spare: 'web4' },
        });
        for (const line of jsonLines(ran.stdout)) expectContract('progress', line);
        const second = await lab.rejuv(['rejuvenate', 'shop/web2', '--json']);
        expect(jsonLines(second.stdout).at(-1)).toMatchObject({ state: 'completed', spare: 'web1' });
        const summary = await load.stop();
        expect(summary.failures).toEqual([]);
        expect(summary.failed).toBe(0);
        expect(summary.sent).toBeGreaterThan(500);
        expect([lab.server('web1').boots, lab.server('web2').boots]).toEqual([2, 2]);
        expect(await serverIn(lab, 'web1')).toMatchObject({ role: 'primary', list: 'serving' });
        expect(await serverIn(lab, 'web2')).toMatchObject({ role: 'spare', list: 'spare' });
        expectContract('status', JSON.parse((await lab.rejuv(['status', '--json'])).stdout));
      });
    },
  );

  it('loses no queued request, with few connections per server', { timeout: 180_000 }, async () => {
    await withSidecar({ haproxy: { persistence: 'cookie', serverWords: 'maxconn 4' } }, async (lab) => {
      const load = await lab.startLoad({ keepAlive: 10, cookie: 6, queued: 12 });
      expect((await lab.rejuv(['rejuvenate', 'shop/web1'])).code).toBe(0);
      expect((await load.stop()).failures).toEqual([]);
    });
  });

  it('reaches both HAProxys through SSH, so that no admin port is open', { timeout: 180_000 }, async () => {
    const overSsh = (name: string): string => `ssh://rejuv@${name === 'lb-a' ? '10.0.0.11' : '10.0.0.12'}`;
    await withSidecar(
      {
        configure: (file) => {
          for (const [name, settings] of Object.entries(file.loadBalancers)) {
            settings['socket'] = `${overSsh(name)}/run/haproxy/admin.sock`;
            delete settings['master'];
          }
        },
      },
      async (lab) => {
        expect((await lab.rejuv(['rejuvenate', 'shop/web3'])).code).toBe(0);
        expect(lab.server('web3').boots).toBe(2);
      },
    );
  });

  it('switches over without a reboot, and ready brings the server back', { timeout: 180_000 }, async () => {
    await withSidecar({}, async (lab) => {
      const load = await lab.startLoad(everyClient);
      expect((await lab.rejuv(['switchover', 'shop/web1', '--reason', 'new disk'])).code).toBe(0);
      expect(await serverIn(lab, 'web1')).toMatchObject({
        list: 'off',
        admin: { 'lb-a': 'maint', 'lb-b': 'maint' },
      });
      expect((await lab.rejuv(['ready', 'shop/web1'])).code).toBe(0);
      expect(await serverIn(lab, 'web1')).toMatchObject({ list: 'serving', held: null });
      expect((await load.stop()).failures).toEqual([]);
      expect(lab.server('web1').boots).toBe(1);
    });
  });

  it(
    'is rolled back by a sidecar that is told to stop, before its first action',
    { timeout: 180_000 },
    async () => {
      await withSidecar({}, async (lab, sidecar) => {
        const load = await lab.startLoad({ ...everyClient, slow: 10 });
        const running = lab.spawnRejuv(['rejuvenate', 'shop/web1', '--json']);
        await until('the drain has begun', () => running.output.stdout.includes('"phase":"draining"'), {
          withinMs: 60_000,
        });
        await sidecar.kill('SIGTERM');
        expect((await sidecar.done).code).toBe(0);
        expect((await running.done).code).toBe(1);
        expect(await serverIn(lab, 'web1')).toMatchObject({ list: 'serving', role: 'primary' });
        expect(await serverIn(lab, 'web4')).toMatchObject({ list: 'spare' });
        expect((await load.stop()).failures).toEqual([]);
      });
    },
  );

  it('is stopped by abort, with everything as it was', { timeout: 180_000 }, async () => {
    await withSidecar({}, async (lab) => {
      const load = await lab.startLoad({ ...everyClient, slow: 10 });
      const running = lab.spawnRejuv(['rejuvenate', 'shop/web1', '--json']);
      await until('the drain has begun', () => running.output.stdout.includes('"phase":"draining"'), {
        withinMs: 60_000,
      });
      const id = String(jsonLines(running.output.stdout.split('\n')[0] ?? '')[0]?.['operation']);
      expect((await lab.rejuv(['abort', id, '--reason', 'sale'])).code).toBe(0);
      expect((await running.done).code).toBe(5);
      expect(await serverIn(lab, 'web1')).toMatchObject({ list: 'serving', role: 'primary' });
      expect(await serverIn(lab, 'web4')).toMatchObject({ list: 'spare' });
      expect((await load.stop()).failures).toEqual([]);
      expect((await lab.rejuv(['history', '--json'])).stdout).toContain(id);
    });
  });
});
