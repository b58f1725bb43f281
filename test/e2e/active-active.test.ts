import { expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import type { Lab } from '../lab/lab.ts';
import type { Load } from '../lab/load-run.ts';
import type { LabOptions } from '../lab/options.ts';
import { until } from '../lab/until.ts';
import { expectContract, jsonLines, serverIn, withSidecar } from './sidecar.ts';

const clients = { keepAlive: 16, short: 8 };

/** Three servers that all serve, with weights that can be divided. */
function allServing(backend: Record<string, unknown> = {}): LabOptions {
  return {
    servers: ['web1', 'web2', 'web3'].map((name) => ({ name })),
    haproxy: { persistence: 'none', serverWords: 'weight 100' },
    configure: (file) => {
      const shop = file.backends['shop']!;
      delete shop['spare'];
      delete shop['schedule'];
      Object.assign(shop, { mode: 'active-active', minServing: 2, ...backend });
    },
  };
}

async function weightsOf(lab: Lab, name: string): Promise<string[]> {
  const both = ['lb-a', 'lb-b'] as const;
  return await Promise.all(
    both.map(async (lb) => (await lab.lb(lb).command(`get weight shop/${name}`)).trim().split(' ')[0] ?? ''),
  );
}

/** The share of the requests that a server has answered between two moments. */
async function shareBetween(
  load: Load,
  server: string,
  from: () => boolean,
  to: () => boolean,
): Promise<number> {
  const counts = (): { own: number; all: number } => {
    const { perServer = {} } = load.latest() ?? {};
    return { own: perServer[server] ?? 0, all: Object.values(perServer).reduce((sum, one) => sum + one, 0) };
  };
  await until('the share has begun', from, { withinMs: 90_000 });
  const before = counts();
  await until('the share is over', to, { withinMs: 90_000 });
  const after = counts();
  return (after.own - before.own) / (after.all - before.all);
}

describeLab('where all servers serve', () => {
  it(
    'a server leaves, reboots, and comes back step by step, and not one request fails',
    { timeout: 240_000 },
    async () => {
      const ramp = { steps: ['20%', '50%', '100%'], every: '8s' };
      const bake = { for: '8s', minRequests: 20 };
      await withSidecar(allServing({ ramp, bake }), async (lab) => {
        const load = await lab.startLoad(clients);
        const running = lab.spawnRejuv(['rejuvenate', 'shop/web1', '--json']);
        const shown = (text: string): boolean => running.output.stdout.includes(text);
        const set = (weight: number): boolean => shown(`reads weight ${weight} on lb-a`);
        const first = await shareBetween(
          load,
          'web1',
          () => set(20) && shown('"step":"bake"'),
          () => set(50),
        );
        const second = await shareBetween(
          load,
          'web1',
          () => set(50),
          () => set(100),
        );
        const whole = await shareBetween(
          load,
          'web1',
          () => set(100),
          () => running.child.exitCode !== null,
        );
        expect((await running.done).code).toBe(0);
        const lines = jsonLines(running.output.stdout);
        for (const line of lines) expectContract('progress', line);
        expect(lines.at(-1)).toMatchObject({ state: 'completed', spare: null });
        const summary = await load.stop();
        expect(summary.failures).toEqual([]);
        // 20 of 220, 50 of 250, 100 of 300.
        const shares = JSON.stringify({ sent: summary.sent, first, second, whole });
        expect(first > 0.05 && first < 0.14, shares).toBe(true);
        expect(second > 0.15 && second < 0.26, shares).toBe(true);
        expect(whole > 0.28 && whole < 0.39, shares).toBe(true);
        if (process.env['SHOW_FIGURES'] !== undefined) process.stderr.write(`${shares}\n`);
        expect(await weightsOf(lab, 'web1')).toEqual(['100', '100']);
        expect(lab.server('web1').boots).toBe(2);
        expect(await serverIn(lab, 'web1')).toMatchObject({ role: 'primary', list: 'serving' });
        expectContract('status', JSON.parse((await lab.rejuv(['status', '--json'])).stdout));
      });
    },
  );

  it(
    'a server that comes back worse than its peers is drained again and held, and no request fails',
    { timeout: 240_000 },
    async () => {
      const ramp = { steps: ['20%', '100%'], every: '20s' };
      const bake = { for: '20s', minRequests: 20 };
      await withSidecar(allServing({ ramp, bake }), async (lab) => {
        const load = await lab.startLoad(clients);
        const running = lab.spawnRejuv(['rejuvenate', 'shop/web1', '--json']);
        const baking = (): boolean => running.output.stdout.includes('"step":"bake"');
        await until('it serves again', baking, { withinMs: 90_000 });
        await lab.server('web1').app('/age?ms=120');
        expect((await running.done).code).toBe(1);
        const end = jsonLines(running.output.stdout).at(-1);
        expect(end).toMatchObject({ state: 'failed', code: 'worse-than-peers' });
        expect(String(end?.['reason'])).toMatch(
          /more than 1.5 times as slow: 0 error\(s\) in \d+ request\(s\)/,
        );
        if (process.env['SHOW_FIGURES'] !== undefined) process.stderr.write(`${String(end?.['reason'])}\n`);
        expect((await load.stop()).failures).toEqual([]);
        expect(await serverIn(lab, 'web1')).toMatchObject({
          list: 'off',
          admin: { 'lb-a': 'maint', 'lb-b': 'maint' },
        });
        expect((await serverIn(lab, 'web1')).held?.reason).toContain('times as slow');
        expect(await weightsOf(lab, 'web1')).toEqual(['100', '100']);
        expect((await lab.rejuv(['ready', 'shop/web1'])).code).toBe(0);
      });
    },
  );

  it('a reload in the middle of a ramp does not end it', { timeout: 240_000 }, async () => {
    const ramp = { steps: ['20%', '100%'], every: '12s' };
    await withSidecar(allServing({ ramp }), async (lab) => {
      const running = lab.spawnRejuv(['rejuvenate', 'shop/web1', '--json']);
      const baking = (): boolean => running.output.stdout.includes('"step":"bake"');
      await until('it serves again', baking, { withinMs: 90_000 });
      await lab.lb('lb-a').reload();
      const again = async (): Promise<boolean> => (await weightsOf(lab, 'web1'))[0] === '20';
      await until('its share is set again', again, { withinMs: 5_000 });
      expect((await running.done).code).toBe(0);
      expect(await weightsOf(lab, 'web1')).toEqual(['100', '100']);
    });
  });

  it(
    'all are gone through, with a question after the first and an abort in the middle',
    { timeout: 240_000 },
    async () => {
      const rolling = { pause: '1s', askAfter: [1] };
      await withSidecar(allServing({ rolling }), async (lab) => {
        const load = await lab.startLoad(clients);
        const running = lab.spawnRejuv(['rejuvenate', 'shop', '--all', '--json', '--reason', 'a new kernel']);
        const asks = (): boolean => running.output.stdout.includes('rejuv continue');
        await until('it asks', asks, { withinMs: 90_000 });
        const status = JSON.parse((await lab.rejuv(['status', '--json'])).stdout) as {
          rolls: { id: string }[];
        };
        expectContract('status', status);
        expect(status.rolls).toMatchObject([{ backend: 'shop', through: 1, failed: 0 }]);
        const id = status.rolls[0]!.id;
        expect((await lab.rejuv(['continue', id])).code).toBe(0);
        const second = (): boolean =>
          running.output.stdout.includes('"server":"web2","spare":null,"phase":"draining"');
        await until('the second one drains', second, { withinMs: 60_000 });
        expect((await lab.rejuv(['abort', id, '--reason', 'sale'])).code).toBe(0);
        expect((await running.done).code).toBe(5);
        const lines = jsonLines(running.output.stdout);
        for (const line of lines) expectContract('progress', line);
        expect(lines.at(-1)).toMatchObject({ operation: id, state: 'aborted' });
        expect((await load.stop()).failures).toEqual([]);
        expect(lab.server('web1').boots).toBe(2);
        expect(lab.server('web3').boots).toBe(1);
        for (const name of ['web1', 'web2', 'web3']) {
          expect(await serverIn(lab, name)).toMatchObject({ list: 'serving', held: null });
        }
      });
    },
  );
});
