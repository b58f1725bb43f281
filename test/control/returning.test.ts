import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../src/domain/errors.ts';
import { ordeal, quiet, untilTrue } from '../fakes/ordeal.ts';
import { fakeWorld, follow, never, request, until } from '../fakes/world.ts';
import { last, pass, quickly, stepBegun, web1, web4 } from './quick-shop.ts';
import { watchedShop } from './watched-shop.ts';

describe('a load balancer', () => {
  it('gets what an operation owes it that was taken up again meanwhile', async () => {
    const world = fakeWorld({
      source: 'sidecar',
      backend: quickly,
      settings: { oldWorkersGoneMs: 1_000, whenOneIsDown: 'continue' },
    });
    Object.assign(world.shop.server('web1'), { busy: 2, requestMs: 30_000 });
    const here = await ordeal(world);
    await here.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'admitting');
    world.b.away = true;
    await until(world, stepBegun('await-idle'));
    await here.restart();
    await pass(world, 2_000);
    world.b.away = false;
    await pass(world, 600_000);
    expect(last(world).phase).toBe('completed');
    await here.control.stop();
  });

  it('gets the same in the verification, where it was away by default', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
    world.hosts.slow.set('sudo -n clean', 10_000);
    const here = await ordeal(world);
    await here.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'rejuvenating');
    await here.restart();
    world.b.away = true;
    await until(world, stepBegun('await-checked', 'verifying'));
    world.b.away = false;
    await untilTrue(world, () => quiet(world));
    expect(last(world).phase).toBe('completed');
    await here.control.stop();
  });

  it('that returns while the spare is checked does not undo the operation', async () => {
    const world = fakeWorld({
      source: 'sidecar',
      backend: quickly,
      settings: { whenOneIsDown: 'continue', oldWorkersGoneMs: 1_000 },
    });
    await world.control.start(never);
    world.b.away = true;
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stepBegun('await-checked'));
    world.b.away = false;
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world).phase).toBe('completed');
    await world.control.stop();
  });

  it('that returns on the way back does not make it fail', async () => {
    const world = fakeWorld({
      source: 'sidecar',
      backend: quickly,
      settings: { whenOneIsDown: 'continue', oldWorkersGoneMs: 1_000 },
    });
    Object.assign(world.shop.server('web1'), { busy: 2, requestMs: 30_000 });
    await world.control.start(never);
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stepBegun('await-idle'));
    world.b.away = true;
    await world.control.abort(id, 'anna', 'enough', never);
    await until(world, stepBegun('await-checked', 'rolling-back'));
    world.b.away = false;
    await until(world, ({ endedAt }) => endedAt !== null);
    await pass(world, 10_000);
    expect(last(world).phase).toBe('aborted');
    await world.control.stop();
  });

  it('that returns while the spare of a failover is checked does not end the failover', async () => {
    const shop = await watchedShop({ recover: [] });
    const { world } = shop;
    world.b.away = true;
    await pass(world, 5_000);
    shop.crash('web1');
    await until(
      world,
      (o) =>
        o.kind === 'failover' &&
        o.steps.some(({ step, state }) => step.kind === 'await-checked' && state === 'begun'),
    );
    world.b.away = false;
    await pass(world, 300_000);
    expect(shop.kinds()).toEqual(['failover web1 completed']);
    await world.control.stop();
  });

  it('that nobody can see at the deadline of a drain is named as the reason', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly });
    Object.assign(world.shop.server('web1'), { busy: 2, requestMs: 20_000 });
    await world.control.start(never);
    await world.control.begin(request('drain', 'web1'), never);
    await until(world, stepBegun('await-idle'));
    world.b.away = true;
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world).cause?.reason).toContain('lb-b');
    await world.control.stop();
  });

  it('is told of at the deadline of a drain, and nothing is rolled back for it', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly });
    Object.assign(world.shop.server('web1'), { busy: 2, requestMs: 20_000 });
    await world.control.start(never);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stepBegun('await-idle'));
    world.b.away = true;
    await pass(world, 300_000);
    expect(
      world.store
        .of('alert')
        .map((a) => a.message)
        .join(),
    ).toContain('lb-b');
    world.b.away = false;
    await world.control.stop();
  });

  it('that comes and goes again and again is told once', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly });
    await world.control.start(never);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'activating');
    const facts = {
      loadBalancer: 'lb-b',
      socket: '/s',
      problem: 'refused',
      command: 'show stat',
      deadlineMs: 5_000,
    };
    world.b.read = () =>
      Promise.reject(
        new RejuvError(
          Math.floor(world.clock.monotonic() / 5_000) % 2 === 0 ? 'haproxy-down' : 'socket-missing',
          facts,
        ),
      );
    await pass(world, 600_000);
    expect(world.store.of('alert').length).toBeLessThan(5);
    await world.control.stop();
  });

  it('that refuses to be brought into line is told to a person, once', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly });
    await world.control.start(never);
    await follow(world.control, request('maint', 'web1', { reason: 'disk broken' }));
    world.a.allowedLevel = 'user';
    world.a.reload([web4]);
    await pass(world, 60_000);
    expect(world.store.of('alert')).toHaveLength(1);
    await world.control.stop();
  });

  it('gets its agent check back when it returns', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
    for (const one of [world.a, world.b])
      Object.assign(one.row(web1), { agentConfigured: true, agentEnabled: true });
    world.hosts.slow.set('sudo -n clean', 10_000);
    await world.control.start(never);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'rejuvenating');
    world.b.away = true;
    await until(world, ({ endedAt }) => endedAt !== null);
    world.b.away = false;
    await pass(world, 60_000);
    expect(world.b.row(web1).agentEnabled).toBe(true);
    await world.control.stop();
  });

  it('that switched an agent check on again in a reload has it switched off again', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
    for (const one of [world.a, world.b])
      Object.assign(one.row(web1), { agentConfigured: true, agentEnabled: true });
    world.hosts.slow.set('sudo -n clean', 30_000);
    await world.control.start(never);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'rejuvenating');
    world.a.reload([web4]);
    world.a.row(web1).agentEnabled = true;
    await pass(world, 10_000);
    expect(world.a.row(web1).agentEnabled).toBe(false);
    await world.control.stop();
  });
});
