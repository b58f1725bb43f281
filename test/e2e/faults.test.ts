import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import type { Lab } from '../lab/lab.ts';
import { until } from '../lab/until.ts';
import { alerts, courses, shopServers, stands, untilCourses, untilVerdict, withFaults } from './fault-lab.ts';
import { expectExplained, underLoad } from './fault-load.ts';

/** web1 is struck under load; what a ladder that restarts the service makes of it. */
async function isReplaced(strike: (lab: Lab) => Promise<void>, lost: number, code = 'server-failed') {
  await withFaults({}, async (lab) => {
    const { load, at } = await underLoad(lab, strike);
    await untilCourses(lab, ['failover web1 completed', 'recovery web1 completed']);
    expect(await stands(lab)).toEqual({
      web1: 'spare spare healthy',
      web2: 'primary serving healthy',
      web3: 'primary serving healthy',
      web4: 'primary serving healthy',
    });
    expect(alerts(lab)).toEqual([code]);
    const summary = await load.stop();
    expect(summary.perServer['web4']).toBeGreaterThan(0);
    expectExplained(summary, at, lost);
    expect(lab.server('web1').boots).toBe(1);
  });
}

async function sicken(lab: Lab, as: string): Promise<void> {
  await lab.server('web1').app(`/sicken?as=${as}`);
}

describeLab('a server that fails while nothing else goes on, under load', () => {
  it('by kill -9: a spare has its place, it is restarted and becomes the next spare', async () => {
    await isReplaced(async (lab) => await lab.server('web1').signalApp('KILL'), 12);
  });

  it('by a freeze (SIGSTOP): the same', async () => {
    await isReplaced(async (lab) => await lab.server('web1').signalApp('STOP'), 40);
  });

  it('by errors with an open port: the same', async () => {
    await isReplaced(async (lab) => await sicken(lab, 'errors'), 120);
  });

  it('by answers that are too slow: the same', async () => {
    await isReplaced(async (lab) => await sicken(lab, 'slow'), 40);
  });

  it('by a probe that hangs while HAProxy has it up: a spare first, and no request is lost', async () => {
    await isReplaced(async (lab) => await sicken(lab, 'hung'), 0, 'server-hung');
  });

  it('by power loss: a spare has its place, and a person is told that no rung helped', async () => {
    await withFaults({}, async (lab) => {
      const { load, at } = await underLoad(lab, async () => await lab.server('web1').powerOff());
      await untilCourses(lab, ['failover web1 completed', 'recovery web1 failed'], 60_000);
      expect(await stands(lab)).toMatchObject({ web1: 'spare off failed', web4: 'primary serving healthy' });
      expectExplained(await load.stop(), at, 60);
      expect(alerts(lab)).toContain('server-failed');
    });
  });

  it('by a reboot nobody asked for: replaced, a person is told, and it becomes the next spare', async () => {
    // A request to a host that is gone hangs in HAProxy for so long.
    const haproxy = { inter: '300ms', fall: 3, backendLines: ['timeout server 4s'] };
    await withFaults({ lab: { downMs: 4_000, haproxy } }, async (lab) => {
      const { load, at } = await underLoad(lab, async () => await lab.server('web1').reboot());
      await untilCourses(lab, ['failover web1 completed', 'recovery web1 completed']);
      await until('the reboot is told', () => alerts(lab).length === 2, { withinMs: 20_000 });
      expect(alerts(lab).toSorted()).toEqual(['server-failed', 'unasked-reboot']);
      expect(await stands(lab)).toMatchObject({
        web1: 'spare spare healthy',
        web4: 'primary serving healthy',
      });
      expect(lab.server('web1').boots).toBe(2);
      expectExplained(await load.stop(), at, 60);
    });
  });

  it('by a reboot that is over before the hold is: a person is told, and it stays where it is', async () => {
    const faults = { every: '5s', fall: 3, rise: 2 };
    await withFaults({ backend: { faults } }, async (lab) => {
      const { load, at } = await underLoad(lab, async () => await lab.server('web1').reboot());
      await until('the reboot is told', () => alerts(lab).includes('unasked-reboot'), { withinMs: 30_000 });
      await untilRest(lab);
      // Whether a look fell into it is chance; what comes of it is not.
      expect((await courses(lab)).filter((one) => one !== 'failover web1 called-off')).toEqual([]);
      expect((await stands(lab))['web1']).toBe('primary serving healthy');
      expectExplained(await load.stop(), at, 60);
    });
  });

  it('by a cut towards one load balancer: an alert, and nothing else', async () => {
    await withFaults({}, async (lab) => {
      const { load } = await underLoad(lab, async () => await lab.server('web1').fault('cut-lb-a'));
      await until('the disagreement is told', () => alerts(lab).length > 0, { withinMs: 20_000 });
      await sleep(3_000);
      expect(alerts(lab)).toEqual(['nodes-disagree']);
      expect(await courses(lab)).toEqual([]);
      expect((await shopServers(lab))[0]).toMatchObject({ role: 'primary', condition: 'unstable' });
      await lab.server('web1').fault('cut-lb-a', false);
      await untilVerdict(lab, 'it is well again', ([web1]) => web1?.watch?.verdict === 'well');
      await load.stop();
    });
  });

  it('by a cut towards both load balancers: replaced, and held until a person has the network back', async () => {
    await withFaults({}, async (lab) => {
      const web1 = lab.server('web1');
      const { load, at } = await underLoad(lab, async () => {
        await Promise.all([web1.fault('cut-lb-a'), web1.fault('cut-lb-b')]);
      });
      await untilCourses(lab, ['failover web1 completed', 'recovery web1 failed'], 60_000);
      expect(await stands(lab)).toMatchObject({ web1: 'spare off failed', web4: 'primary serving healthy' });
      expectExplained(await load.stop(), at, 60);
      await web1.clearFaults();
      expect((await lab.rejuv(['recover', 'shop/web1'])).code).toBe(0);
      expect(await stands(lab)).toMatchObject({ web1: 'spare spare healthy' });
    });
  });

  it('by SSH alone: an alert, for it serves', async () => {
    await withFaults({}, async (lab) => {
      const web1 = lab.server('web1');
      const { load } = await underLoad(lab, async () => {
        await web1.fault('ssh-down');
        await web1.exec(['sh', '-c', 'pkill sshd || true']);
      });
      await until('dead SSH is told', () => alerts(lab).length > 0, { withinMs: 20_000 });
      await sleep(2_000);
      expect(alerts(lab)).toEqual(['ssh-dead']);
      expect(await courses(lab)).toEqual([]);
      expect((await load.stop()).failures).toEqual([]);
    });
  });
});

/** Nothing is open, and for a while nothing is begun. */
async function untilRest(lab: Lab): Promise<void> {
  let restSince = Date.now();
  await until(
    'everything has come to rest',
    async () => {
      const ends = (await courses(lab)).every((one) => /(completed|failed|aborted|called-off)$/.test(one));
      const well = (await shopServers(lab)).every(({ watch }) => watch?.verdict === 'well');
      if (!ends || !well) restSince = Date.now();
      return Date.now() - restSince > 2_000;
    },
    { withinMs: 45_000, everyMs: 200 },
  );
}
