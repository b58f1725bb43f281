import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { until } from '../lab/until.ts';
import {
  alerts,
  courses,
  operations,
  stands,
  statusNow,
  untilCourses,
  untilVerdict,
  withFaults,
} from './fault-lab.ts';
import { expectExplained, underLoad } from './fault-load.ts';
import { whyOf } from './sidecar.ts';

const twoSpares = ['web1', 'web2', 'web3', 'web4', 'web5'].map((name) => ({
  name,
  ...(name === 'web4' || name === 'web5' ? { disabled: true, enabled: true } : {}),
}));

describeLab('many failures', () => {
  it('of three servers at once are a storm: nothing is repaired, and `all-clear` ends it', async () => {
    const storm = { share: '1/3', window: '10s', quiet: '10m' };
    await withFaults({ backend: { storm } }, async (lab) => {
      for (const name of ['web1', 'web2', 'web3']) await lab.server(name).signalApp('KILL');
      await until('the storm is told', () => alerts(lab).includes('storm'), { withinMs: 20_000 });
      await sleep(4_000);
      expect((await courses(lab)).filter((one) => one.startsWith('recovery'))).toEqual([]);
      expect(alerts(lab).filter((code) => code === 'storm')).toHaveLength(1);
      for (const name of ['web1', 'web2', 'web3']) await lab.server(name).startApp();
      // Said while one is still failing, it would be answered as any fault.
      await untilVerdict(lab, 'none fails any more', (servers) =>
        servers.every(({ watch }) => watch?.verdict === 'well' || watch?.verdict === 'unknown'),
      );
      expect((await lab.rejuv(['all-clear', 'shop', '--reason', 'it was the switch'])).code).toBe(0);
      await untilVerdict(lab, 'three serve', (servers) => {
        return (
          servers.filter(({ list, condition }) => list === 'serving' && condition === 'healthy').length >= 3
        );
      });
      expect(lab.server('web1').boots).toBe(1);
      expect((await courses(lab)).filter((one) => one.startsWith('failover')).length).toBeLessThanOrEqual(1);
    });
  });

  it('of one server after every repair are a flap: quarantined until a person says ready', async () => {
    const flap = { times: 1, window: '1h' };
    await withFaults({ backend: { flap, failback: 'automatic' } }, async (lab) => {
      const once = ['failover web1 completed', 'recovery web1 completed'];
      for (const rounds of [1, 2]) {
        await lab.server('web1').signalApp('KILL');
        await untilCourses(lab, Array.from({ length: rounds }, () => once).flat());
        await untilVerdict(lab, 'all are well', (all) => all.every(({ watch }) => watch?.verdict === 'well'));
      }
      await lab.server('web1').signalApp('KILL');
      await untilCourses(lab, [...once, ...once, 'failover web1 completed']);
      await sleep(2_000);
      expect(await courses(lab)).toHaveLength(5);
      expect(alerts(lab)).toContain('quarantined');
      expect(await stands(lab)).toMatchObject({
        web1: 'spare off quarantined',
        web4: 'primary serving healthy',
      });
      await lab.server('web1').startApp();
      expect((await lab.rejuv(['ready', 'shop/web1'])).code).toBe(0);
      expect((await stands(lab))['web1']).toMatch(/serving healthy$/);
    });
  });
});

describeLab('the spare', () => {
  it('that is dead is told before it is needed, and the next one is taken', async () => {
    await withFaults({ lab: { servers: twoSpares }, backend: { storm: { share: '1/2' } } }, async (lab) => {
      await lab.server('web4').signalApp('KILL');
      await until('the dead spare is told', () => alerts(lab).includes('spare-failed'), { withinMs: 20_000 });
      const { load, at } = await underLoad(lab, async () => await lab.server('web1').signalApp('KILL'));
      await untilCourses(lab, ['failover web1 completed', 'recovery web1 completed']);
      expect((await operations(lab))[0]?.spare).toBe('web5');
      expectExplained(await load.stop(), at, 12);
    });
  });

  it('that does not start is given up, and the next one is taken', async () => {
    const servers = twoSpares.map(({ name, ...rest }) => ({ name, ...rest, enabled: !('disabled' in rest) }));
    await withFaults({ asleep: true, lab: { servers } }, async (lab) => {
      await lab.server('web4').fault('start-fails');
      await lab.server('web1').signalApp('KILL');
      await untilCourses(lab, [
        'failover web1 aborted',
        'failover web1 completed',
        'recovery web1 completed',
      ]);
      expect((await operations(lab)).map(({ spare }) => spare)).toEqual(['web4', 'web5', null]);
      expect(await stands(lab)).toMatchObject({
        web5: 'primary serving healthy',
        web4: 'spare spare unknown',
      });
    });
  });

  it('that is dead, and the only one, is said loudly; the server is put back once it passes again', async () => {
    await withFaults({ backend: { recover: undefined, storm: { share: '1/2' } } }, async (lab) => {
      await lab.server('web4').signalApp('KILL');
      await until('the dead spare is told', () => alerts(lab).includes('spare-failed'), { withinMs: 20_000 });
      const { load, at } = await underLoad(lab, async () => await lab.server('web1').signalApp('KILL'));
      await untilCourses(lab, ['failover web1 completed']);
      expect(alerts(lab)).toEqual(['spare-failed', 'server-failed', 'not-replaced']);
      expect((await whyOf(lab, 'web1')).list).toBe('off');
      await lab.server('web1').startApp();
      await untilCourses(lab, ['failover web1 completed', 'ready web1 completed']);
      expect((await stands(lab))['web1']).toMatch(/^primary serving/);
      expectExplained(await load.stop(), at, 12);
    });
  });

  it('that comes back later takes the place of a server that is out, and no request is lost by that', async () => {
    await withFaults({ backend: { recover: undefined, storm: { share: '1/2' } } }, async (lab) => {
      await lab.server('web4').signalApp('KILL');
      await until('the dead spare is told', () => alerts(lab).includes('spare-failed'), { withinMs: 20_000 });
      await lab.server('web1').signalApp('KILL');
      await untilCourses(lab, ['failover web1 completed']);
      expect(alerts(lab)).toEqual(['spare-failed', 'server-failed', 'not-replaced']);
      expect((await whyOf(lab, 'web1')).watch?.answer).toMatch(/replaced as soon as a spare is free/);
      const { load } = await underLoad(lab, async () => await lab.server('web4').startApp());
      await untilCourses(lab, ['failover web1 completed', 'failover web1 completed']);
      expect((await operations(lab)).map(({ spare }) => spare)).toEqual([null, 'web4']);
      expect(await stands(lab)).toMatchObject({
        web1: 'spare off failed',
        web4: 'primary serving healthy',
      });
      expect((await statusNow(lab)).findings.map(({ message }) => message).join()).not.toMatch(
        /nothing takes/,
      );
      expect((await load.stop()).failures).toEqual([]);
    });
  });

  it('that comes back during a repair takes the place, and what is repaired becomes the next spare', async () => {
    // An application that is frozen does not flush: so a rung takes five seconds and helps nothing.
    const flush = { run: { command: 'sudo -n shopctl flush-sessions', deadline: '20s' } };
    const recover = [flush, flush, { run: { command: 'sudo -n systemctl restart shop', deadline: '4s' } }];
    await withFaults({ backend: { recover, storm: { share: '1/2' } } }, async (lab) => {
      await lab.server('web4').signalApp('KILL');
      await until('the dead spare is told', () => alerts(lab).includes('spare-failed'), { withinMs: 20_000 });
      await lab.server('web1').signalApp('STOP');
      await until('its repair', async () => (await courses(lab)).includes('recovery web1 rejuvenating'), {
        withinMs: 20_000,
        everyMs: 100,
      });
      await lab.server('web4').startApp();
      await untilCourses(lab, [
        'failover web1 completed',
        'recovery web1 completed',
        'failover web1 completed',
      ]);
      const [, repair, place] = await operations(lab);
      expect(place?.endedAt ?? 0).toBeLessThan(repair?.endedAt ?? 0);
      expect(await stands(lab)).toMatchObject({
        web1: 'spare spare healthy',
        web4: 'primary serving healthy',
      });
    });
  });
});
