import { describe, expect, it } from 'vitest';
import { createControl } from '../../src/control/local-control.ts';
import { fakeWorld, follow, never, request, until } from '../fakes/world.ts';
import { last, pass, quickly, stepBegun, web1, web4 } from './quick-shop.ts';

describe('a reload of HAProxy', () => {
  it('between a write and its proof is no person', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
    let once = true;
    world.b.onWrite = (id, to) => {
      if (id !== web1 || to !== 'drain' || !once) return;
      once = false;
      world.a.reload([web4]);
    };
    await world.control.start(never);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ endedAt }) => endedAt !== null);
    await pass(world, 10_000);
    expect(last(world).phase).toBe('completed');
    await world.control.stop();
  });

  it('between a `maint` and its proof is no person either', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly });
    let once = true;
    world.b.onWrite = (id, to) => {
      if (id !== web1 || to !== 'maint' || !once) return;
      once = false;
      world.a.reload([web4]);
    };
    await world.control.start(never);
    const { last: end } = await follow(world.control, request('maint', 'web1', { reason: 'disk broken' }));
    await pass(world, 10_000);
    expect(end.state).toBe('completed');
    await world.control.stop();
  });

  it('on the way back leaves nothing unexplained', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
    Object.assign(world.shop.server('web1'), { busy: 2, requestMs: 30_000 });
    await world.control.start(never);
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stepBegun('await-idle'));
    let once = true;
    world.b.onWrite = (server, to) => {
      if (server !== web4 || to !== 'maint' || !once) return;
      once = false;
      world.a.reload([]);
    };
    await world.control.abort(id, 'anna', 'x', never);
    await until(world, ({ endedAt }) => endedAt !== null);
    await pass(world, 10_000);
    expect(world.shop.server('web4').running).toBe(false);
    await world.control.stop();
  });

  it('is not mistaken for a person by a look that is older than what rejuv said', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly });
    await world.control.start(never);
    // The next look of the poll at lb-b takes 1.5 s; that at lb-a is over at once.
    const read = world.b.read.bind(world.b);
    let slow = true;
    world.b.read = async (backends) => {
      if (!slow) return await read(backends);
      slow = false;
      await world.clock.sleep(1_500, never);
      return await read(backends);
    };
    const begun = (): boolean => !slow;
    while (!begun()) await world.clock.sleep(10, never);
    await follow(world.control, request('maint', 'web1', { reason: 'disk broken' }));
    await pass(world, 5_000);
    world.a.reload([web4]);
    await pass(world, 10_000);
    expect(world.a.admin(web1)).toBe('maint');
    await world.control.stop();
  });

  it('while a login is slow lets requests in, which the reboot waits for', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
    Object.assign(world.shop.server('web1'), { busy: 2, requestMs: 30_000 });
    const connect = world.hosts.connect.bind(world.hosts);
    world.hosts.connect = async (settings) => {
      await world.clock.sleep(8_000, never);
      return await connect(settings);
    };
    let sessions = -1;
    world.hosts.onAct = (_server, what) => {
      if (what.includes('reboot')) sessions = world.a.now().find(({ id }) => id.server === 'web1')!.sessions;
    };
    await world.control.start(never);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stepBegun('reboot'));
    world.a.reload([web4]);
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(sessions).toBe(0);
    await world.control.stop();
  });
});

describe('a hand', () => {
  it('a wall clock that goes back does not make a settled role a person', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly });
    await world.control.start(never);
    world.clock.jumpWall(-3_600_000);
    const { last: end } = await follow(world.control, request('rejuvenation', 'web1'));
    expect(end.state).toBe('completed');
    await world.control.stop();
  });

  it('roles that are settled while an operation runs are no person', async () => {
    const world = fakeWorld({
      source: 'sidecar',
      backend: quickly,
      settings: { whenOneIsDown: 'continue', oldWorkersGoneMs: 1_000 },
    });
    world.b.away = true;
    world.hosts.slow.set('sudo -n systemctl start shop', 10_000);
    await world.control.start(never);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'activating');
    world.b.away = false;
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world).phase).toBe('completed');
    await world.control.stop();
  });

  it('a spare that a reload of the config has just brought may be used at once', async () => {
    const fake = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
    const whole = fake.settings;
    const without = {
      ...whole,
      backends: whole.backends.map((one) => ({
        ...one,
        servers: one.servers.filter(({ name }) => name !== 'web4'),
      })),
    };
    const control = createControl(
      { ...fake.world, settings: without },
      async () => await Promise.resolve({ ...fake.world, settings: whole }),
    );
    fake.hosts.slow.set('sudo -n systemctl start shop', 5_000);
    await control.start(never);
    await control.reload('anna', never);
    await control.begin(request('rejuvenation', 'web1'), never);
    await until(fake, ({ endedAt }) => endedAt !== null);
    expect(last(fake).phase).toBe('completed');
    await control.stop();
  });

  it('a person who drains the server while the spare is prepared is not overridden', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
    await world.control.start(never);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'activating');
    for (const one of [world.a, world.b]) one.setByHand(web1, 'drain');
    const operation = await until(world, ({ endedAt }) => endedAt !== null);
    expect(operation.cause?.code).toBe('changed-by-hand');
    await world.control.stop();
  });

  it('a spare that a person drained while it is prepared is not taken', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
    await world.control.start(never);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'duplexing');
    for (const one of [world.a, world.b]) one.setByHand(web4, 'drain');
    const operation = await until(world, ({ endedAt }) => endedAt !== null);
    expect(operation.cause?.code).toBe('changed-by-hand');
    await world.control.stop();
  });

  it('a server that left the config file is left alone', async () => {
    const fake = fakeWorld({ source: 'sidecar', backend: { ...quickly, minServing: 1 } });
    let settings = fake.settings;
    const control = createControl(fake.world, async () => await Promise.resolve({ ...fake.world, settings }));
    await control.start(never);
    await follow(control, request('maint', 'web1', { reason: 'disk broken' }));
    settings = {
      ...settings,
      backends: settings.backends.map((one) => ({
        ...one,
        servers: one.servers.filter(({ name }) => name !== 'web1'),
      })),
    };
    await control.reload('anna', never);
    fake.a.reload([web4]);
    await pass(fake, 10_000);
    expect(fake.a.admin(web1)).toBe('ready');
    await control.stop();
  });

  it('a way back that a person cut short does not say that all is as it was', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly });
    Object.assign(world.shop.server('web1'), { busy: 3, requestMs: 60_000 });
    for (const one of [world.a, world.b])
      Object.assign(one.row(web1), { agentConfigured: true, agentEnabled: true });
    await world.control.start(never);
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stepBegun('await-idle'));
    world.shop.server('web1').passesCheck = false;
    await world.control.abort(id, 'anna', 'stop', never);
    await until(world, stepBegun('await-checked', 'rolling-back'));
    for (const one of [world.a, world.b]) one.setByHand(web1, 'maint');
    await until(world, ({ endedAt }) => endedAt !== null);
    await pass(world, 10_000);
    expect(last(world).phase).toBe('failed');
    await world.control.stop();
  });

  it('what was told is not shown once it is over', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly });
    await world.control.start(never);
    await follow(world.control, request('maint', 'web1', { reason: 'disk broken' }));
    for (const one of [world.a, world.b]) one.setByHand('shop/web2', 'maint');
    await pass(world, 3_000);
    world.a.reload(['shop/web2', web4]);
    await pass(world, 5_000);
    for (const one of [world.a, world.b]) one.setByHand('shop/web2', 'ready');
    await pass(world, 3_600_000);
    const { findings } = await world.control.status(never);
    expect(findings.map(({ message }) => message).join()).not.toContain('forgot');
    await world.control.stop();
  });
});
