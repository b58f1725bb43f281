import { expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import type { Lab } from '../lab/lab.ts';
import { until } from '../lab/until.ts';
import { alerts, courses, operations, stands, statusNow, untilCourses, withFaults } from './fault-lab.ts';
import { expectExplained, underLoad } from './fault-load.ts';

/** Long enough in `draining` and `rejuvenating` that a fault is noticed while the phase lasts. */
const shop = {
  backend: { drain: { persistence: '5s', deadline: '20s', atDeadline: 'wait' } },
  lab: { downMs: 3_000 },
};

const impatient = {
  http: 'http://{address}:{port}/health',
  ...{ expect: 200, passes: 3, every: '200ms', timeout: '1s', deadline: '7s' },
};

/** A rejuvenation of web1 under load, and a fault once it has reached the phase. */
async function struckIn(lab: Lab, phase: string, strike: () => Promise<void>) {
  return await underLoad(lab, strike, async () => {
    const command = lab.spawnRejuv(['rejuvenate', 'shop/web1', '--json']);
    command.done.catch(() => undefined); // its end is seen in the history
    await until(
      `the rejuvenation is in ${phase}`,
      () => command.output.stdout.includes(`"phase":"${phase}"`),
      {
        withinMs: 40_000,
      },
    );
  });
}

const whole = {
  web1: 'spare spare healthy',
  web2: 'primary serving healthy',
  web3: 'primary serving healthy',
  web4: 'primary serving healthy',
};

describeLab('the server that is rejuvenated fails, under load', () => {
  for (const phase of ['admitting', 'draining']) {
    it(`by kill -9 in ${phase}: its record becomes a failover, and it is repaired instead`, async () => {
      await withFaults(shop, async (lab) => {
        const { load, at } = await struckIn(lab, phase, async () => {
          await lab.server('web1').signalApp('KILL');
        });
        await untilCourses(lab, ['failover web1 completed', 'recovery web1 completed']);
        expect(await stands(lab)).toEqual(whole);
        const [first] = await operations(lab);
        expect(first).toMatchObject({ spare: 'web4', cause: null, trigger: 'fault' });
        expect(lab.server('web1').boots).toBe(1);
        expectExplained(await load.stop(), at, 12);
      });
    });
  }

  it('by power loss in draining: the spare keeps the place, and a person is told', async () => {
    await withFaults({ ...shop, backend: { ...shop.backend, probe: impatient } }, async (lab) => {
      const { load, at } = await struckIn(lab, 'draining', async () => await lab.server('web1').powerOff());
      await untilCourses(lab, ['failover web1 completed', 'recovery web1 failed'], 60_000);
      expect(await stands(lab)).toEqual({ ...whole, web1: 'spare off failed' });
      expectExplained(await load.stop(), at, 40);
    });
  });

  it('by kill -9 in rejuvenating: its reboot helps, and it is the next spare', async () => {
    await withFaults(shop, async (lab) => {
      const { load } = await struckIn(lab, 'rejuvenating', async () => {
        await lab.server('web1').signalApp('KILL');
      });
      await untilCourses(lab, ['rejuvenation web1 completed']);
      expect(await stands(lab)).toEqual(whole);
      expect((await load.stop()).failures).toEqual([]);
      expect(alerts(lab)).toEqual([]);
    });
  });

  it('by kill -9 in verifying: it is held out, a person is told, and `recover` makes it the spare', async () => {
    await withFaults({ ...shop, backend: { ...shop.backend, probe: impatient } }, async (lab) => {
      const { load } = await struckIn(lab, 'verifying', async () => {
        await lab.server('web1').signalApp('KILL');
      });
      await untilCourses(lab, ['rejuvenation web1 failed']);
      expect(await stands(lab)).toEqual({ ...whole, web1: 'spare off failed' });
      expect((await statusNow(lab)).findings.map(({ where }) => where)).toContain('shop/web1');
      expect((await lab.rejuv(['recover', 'shop/web1'])).code).toBe(0);
      expect(await stands(lab)).toEqual(whole);
      expect((await load.stop()).failures).toEqual([]);
    });
  });
});

describeLab('another server fails while one is rejuvenated, under load', () => {
  for (const phase of ['duplexing', 'draining']) {
    it(`by kill -9 in ${phase}: the fault gets the spare, and the plan rolls back`, async () => {
      await withFaults(shop, async (lab) => {
        const { load, at } = await struckIn(lab, phase, async () => {
          await lab.server('web2').signalApp('KILL');
        });
        await untilCourses(lab, [
          'rejuvenation web1 aborted',
          'failover web2 completed',
          'recovery web2 completed',
        ]);
        expect((await operations(lab))[0]?.cause?.code).toBe('preempted');
        expect(await stands(lab)).toEqual({
          ...whole,
          web1: 'primary serving healthy',
          web2: 'spare spare healthy',
        });
        expect(lab.server('web1').boots).toBe(1);
        expectExplained(await load.stop(), at, 12);
      });
    });
  }

  it('by kill -9 in rejuvenating: with no spare left it is repaired in its place, and both end well', async () => {
    await withFaults(shop, async (lab) => {
      const { load, at } = await struckIn(lab, 'rejuvenating', async () => {
        await lab.server('web2').signalApp('KILL');
      });
      const atRest = async (): Promise<boolean> => {
        const all = await operations(lab);
        return all.length >= 3 && all.every(({ endedAt }) => endedAt !== null);
      };
      await until('everything has ended', atRest, { withinMs: 60_000, everyMs: 200 });
      const ended = await courses(lab);
      expect(ended.slice(0, 3)).toEqual([
        'rejuvenation web1 completed',
        'failover web2 completed',
        'recovery web2 completed',
      ]);
      // Whoever is ready first has the place: web2 after its repair, or web1 after its rejuvenation.
      const replaced = ended[3] === 'failover web2 completed';
      const [primary, rests] = replaced ? ['web1', 'web2'] : ['web2', 'web1'];
      expect(await stands(lab)).toEqual({
        ...whole,
        [primary]: 'primary serving healthy',
        [rests]: 'spare spare healthy',
      });
      expect(alerts(lab)).toEqual(['server-failed', 'not-replaced']);
      expect(lab.server('web1').boots).toBe(2);
      expectExplained(await load.stop(), at, 12);
    });
  });

  it('by power loss in rejuvenating: the rejuvenated server, once it is the spare, has its place', async () => {
    await withFaults({ ...shop, backend: { ...shop.backend, probe: impatient } }, async (lab) => {
      const { load, at } = await struckIn(lab, 'rejuvenating', async () => {
        await lab.server('web2').powerOff();
      });
      const atRest = async (): Promise<boolean> => {
        const ended = await courses(lab);
        return (
          ended.includes('recovery web2 failed') &&
          ended.filter((one) => one === 'failover web2 completed').length === 2
        );
      };
      await until('its ladder has ended, and it is replaced', atRest, { withinMs: 60_000, everyMs: 200 });
      expect(await stands(lab)).toEqual({
        ...whole,
        web1: 'primary serving healthy',
        web2: 'spare off failed',
      });
      expect(alerts(lab)).toEqual(['server-failed', 'not-replaced', 'probe-failed']);
      expectExplained(await load.stop(), at, 40);
    });
  });
});
