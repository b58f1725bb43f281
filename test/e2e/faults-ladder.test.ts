import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { until } from '../lab/until.ts';
import type { RejuvFile } from '../lab/rejuv-file.ts';
import {
  alerts,
  journal,
  operations,
  powerSwitch,
  shopServers,
  stands,
  untilCourses,
  withFaults,
} from './fault-lab.ts';
import { whyOf } from './sidecar.ts';

/** Restart, reboot, and the power: a line in a file of the sidecar's machine, which the test obeys. */
function ladder(file: RejuvFile): void {
  const directory = dirname(String(file['state']));
  file.backends['shop']!['recover'] = [
    { run: { command: 'sudo -n systemctl restart shop', deadline: '2s' } },
    { reboot: { command: 'sudo -n systemctl reboot', deadline: '6s' } },
    {
      powerCycle: {
        command: `echo "{server} {address} $REJUV_BACKEND" >>${directory}/power`,
        deadline: '15s',
      },
    },
  ];
}

describeLab('the recovery ladder', () => {
  it('reboots where a restart does not help, and stops there', async () => {
    await withFaults({ lab: { configure: ladder } }, async (lab) => {
      await lab.server('web1').fault('start-fails');
      const boots = lab.server('web1').boots;
      await lab.server('web1').signalApp('KILL');
      // What was wrong with it is gone with the boot.
      await until('it reboots', () => !lab.server('web1').host.on, { withinMs: 30_000, everyMs: 10 });
      await lab.server('web1').fault('start-fails', false);
      await untilCourses(lab, ['failover web1 completed', 'recovery web1 completed']);
      expect(lab.server('web1').boots).toBe(boots + 1);
      const rungs = (await operations(lab))[1]?.steps.filter(({ step }) => step.kind === 'mend');
      expect(rungs?.map(({ detail }) => detail)).toEqual([
        expect.stringMatching(/^not done: .*systemctl restart shop/),
        'it passes its probe',
        'not needed: it passes its probe',
      ]);
      expect(alerts(lab)).toEqual(['server-failed']);
    });
  });

  it('cuts the power once where nobody can log in, and the server becomes the spare', async () => {
    await withFaults({ lab: { configure: ladder } }, async (lab) => {
      const hand = powerSwitch(lab);
      await lab.server('web1').powerOff();
      await untilCourses(lab, ['failover web1 completed', 'recovery web1 completed'], 60_000);
      await hand.stop();
      expect(hand.orders).toEqual(['web1 10.0.0.21 shop']);
      expect(await stands(lab)).toMatchObject({
        web1: 'spare spare healthy',
        web4: 'primary serving healthy',
      });
    });
  });

  it('that helps nothing leaves the server out, tells a person, and is climbed again by `recover`', async () => {
    const once = [{ run: { command: 'sudo -n systemctl restart shop', deadline: '1s' } }];
    const probe = {
      ...{ http: 'http://{address}:{port}/health', expect: 200, passes: 3 },
      ...{ every: '200ms', timeout: '1s', deadline: '3s' },
    };
    await withFaults({ backend: { recover: once, probe } }, async (lab) => {
      await lab.server('web1').fault('start-fails');
      await lab.server('web1').signalApp('KILL');
      await untilCourses(lab, ['failover web1 completed', 'recovery web1 failed']);
      const why = await whyOf(lab, 'web1');
      expect(why).toMatchObject({ role: 'spare', list: 'off', condition: 'failed', held: { failed: true } });
      const { stdout } = await lab.rejuv(['status']);
      expect(stdout).toContain('recovery of shop/web1 failed');
      expect((await lab.rejuv(['recover', 'shop/web1'])).code).toBe(1);
      await lab.server('web1').fault('start-fails', false);
      expect((await lab.rejuv(['recover', 'shop/web1', '--reason', 'a new disk'])).code).toBe(0);
      expect(await stands(lab)).toMatchObject({ web1: 'spare spare healthy' });
      expect((await lab.rejuv(['recover', 'shop/web2'])).code).toBe(3);
      const { stdout: history } = await lab.rejuv(['history']);
      expect(history).toMatch(/recovery/);
    });
  });
});

describeLab('checkpoints', () => {
  it('are made of each primary, shown, and brought into the spare that takes over', async () => {
    const sessions = '/var/lib/shop/sessions';
    const checkpoint = {
      ...{ every: '3s', maxAge: '30s', keep: 2, store: { ssh: '10.0.0.151' } },
      steps: [
        { run: { on: 'primary', command: 'sudo -n shopctl flush-sessions', deadline: '5s' } },
        { copy: { from: sessions, to: '/var/lib/rejuv/checkpoints/{server}/{slot}', deadline: '10s' } },
      ],
      restore: [
        { copy: { from: '/var/lib/rejuv/checkpoints/{server}/{slot}', to: sessions, deadline: '10s' } },
      ],
    };
    await withFaults(
      { backend: { checkpoint, recover: undefined }, lab: { extra: ['store'] } },
      async (lab) => {
        const load = await lab.startLoad({ keepAlive: 8 });
        await until(
          'web1 has its sessions kept',
          () => {
            const made = journal(lab).filter(({ type, server }) => {
              return type === 'checkpoint-made' && (server as { server: string }).server === 'web1';
            });
            return made.length >= 2;
          },
          { withinMs: 25_000 },
        );
        const [web1] = await shopServers(lab);
        expect(web1?.checkpoint).toMatchObject({ on: null, failure: null });
        expect(web1?.checkpoint?.ageSeconds).toBeLessThan(10);
        await load.stop();
        await lab.server('web1').signalApp('KILL');
        await untilCourses(lab, ['failover web1 completed']);
        const copied = (await operations(lab))[0]?.steps.filter(({ step }) => step.kind === 'copy');
        expect(copied?.map(({ state }) => state)).toEqual(['done']);
        const kept = await lab.server('web4').exec(['sh', '-c', `ls ${sessions} | wc -l`]);
        expect(Number(kept.stdout)).toBeGreaterThanOrEqual(8);
      },
    );
  });
});
