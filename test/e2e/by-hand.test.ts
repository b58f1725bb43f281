import { expect, it } from 'vitest';
import { describeLab, withLab } from '../lab/describe-lab.ts';
import { until } from '../lab/until.ts';
import { jsonLines, serverIn, startSidecar, whyOf, withoutOldWorkers, withSidecar } from './sidecar.ts';

const short = withoutOldWorkers({
  configure: (file) => {
    file.backends['shop']!['drain'] = { persistence: '1s', deadline: '4s' };
  },
});

describeLab('the verbs of a person', () => {
  it(
    'drain, maint and ready work with no sidecar, under load, and lose nothing',
    { timeout: 120_000 },
    async () => {
      await withLab(short, async (lab) => {
        const load = await lab.startLoad({ keepAlive: 10, short: 4, slow: 4 });
        expect((await lab.rejuv(['drain', 'shop/web1', '--reason', 'look'])).code).toBe(0);
        for (const lb of lab.lbs) expect((await lb.states()).get('web1')?.['srv_admin_state']).toBe('8');
        expect(await serverIn(lab, 'web1')).toMatchObject({
          held: { reason: 'look' },
          owner: { 'lb-a': 'rejuv' },
        });
        expect((await lab.rejuv(['maint', 'shop/web1'])).code).toBe(0);
        expect((await lab.rejuv(['maint', 'shop/web2'])).code).toBe(3);
        expect((await lab.rejuv(['ready', 'shop/web1'])).code).toBe(0);
        expect(await serverIn(lab, 'web1')).toMatchObject({ list: 'serving', held: null });
        expect((await load.stop()).failures).toEqual([]);
      });
    },
  );

  it(
    'drain counts who is left at its deadline and suggests maint, which moves them',
    { timeout: 120_000 },
    async () => {
      const options = { ...short, haproxy: { persistence: 'cookie' as const } };
      await withLab(options, async (lab) => {
        const load = await lab.startLoad({ cookie: 40, thinkMs: 1 });
        const ran = await lab.rejuv(['drain', 'shop/web1', '--json']);
        expect(ran.code).toBe(1);
        const last = jsonLines(ran.stdout).at(-1);
        expect(last).toMatchObject({ state: 'failed', code: 'drain-deadline' });
        expect((await lab.lb('lb-a').states()).get('web1')?.['srv_admin_state']).toBe('8');
        expect((await lab.rejuv(['maint', 'shop/web1'])).code).toBe(0);
        await until('nobody comes any more', async () => {
          const { stdout } = await lab.rejuv(['status', '--json']);
          return stdout.includes('"sessions":0') || /"sessions": 0/.test(stdout);
        });
        expect((await load.stop()).failures).toEqual([]);
      });
    },
  );

  it(
    "a drain made without a sidecar is an operator's hold for the sidecar that starts later",
    { timeout: 120_000 },
    async () => {
      await withLab(short, async (lab) => {
        expect((await lab.rejuv(['drain', 'shop/web1', '--reason', 'mine'])).code).toBe(0);
        const hold = { reason: 'mine', kind: 'drain', failed: false };
        expect(await whyOf(lab, 'web1')).toMatchObject({ source: 'direct', held: hold });
        const sidecar = await startSidecar(lab);
        const why = await whyOf(lab, 'web1');
        expect(why).toMatchObject({ source: 'sidecar', list: 'off', held: hold });
        expect(why.lastOperation).toMatchObject({ id: why.held?.operation, ended: 'completed' });
        expect(why.blocks).toMatchObject([
          { code: 'held', since: why.held?.since, fix: 'end that with `rejuv ready shop/web1`' },
        ]);
        expect((await lab.rejuv(['status'])).stdout).toContain(
          'only a person ends it: `rejuv ready shop/web1`',
        );
        expect(await serverIn(lab, 'web1')).toMatchObject({ list: 'off', held: { reason: 'mine' } });
        expect((await lab.rejuv(['rejuvenate', 'shop/web1'])).code).toBe(3);
        expect((await lab.rejuv(['ready', 'shop/web1'])).code).toBe(0);
        expect(await serverIn(lab, 'web1')).toMatchObject({ list: 'serving', held: null });
        expect(await whyOf(lab, 'web1')).toMatchObject({ held: null, blocks: [] });
        await sidecar.kill('SIGTERM');
        expect((await sidecar.done).code).toBe(0);
      });
    },
  );

  it('switches the agent check off for a drain and back on with ready', { timeout: 120_000 }, async () => {
    await withSidecar({ ...short, haproxy: { agentCheck: true } }, async (lab) => {
      const agent = async (): Promise<string[]> =>
        await Promise.all(
          lab.lbs.map(async (lb) => (await lb.states()).get('web1')?.['srv_agent_state'] ?? ''),
        );
      const before = await agent();
      expect((await lab.rejuv(['drain', 'shop/web1'])).code).toBe(0);
      for (const bits of await agent()) expect(Number(bits) & 4).toBe(0);
      expect((await lab.rejuv(['ready', 'shop/web1'])).code).toBe(0);
      expect((await agent()).map((bits) => Number(bits) & 4)).toEqual(before.map((bits) => Number(bits) & 4));
    });
  });

  it('check says what is wrong, and a dry run shows every command', { timeout: 120_000 }, async () => {
    await withSidecar({}, async (lab) => {
      const well = await lab.rejuv(['check']);
      expect(`${well.stdout}${well.stderr}`).toContain('0 errors');
      expect(well.code).toBe(0);
      await lab.lb('lb-b').kill();
      expect((await lab.rejuv(['check'])).code).toBe(1);
      await lab.lb('lb-b').start();
      const dry = await lab.rejuv(['rejuvenate', 'shop/web1', '--dry-run']);
      expect(`${dry.stdout}${dry.stderr}`).toContain('set server shop/web1 state maint');
    });
  });
});
