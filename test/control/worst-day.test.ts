import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../src/domain/errors.ts';
import { findOperation, serverRecord } from '../../src/domain/records.ts';
import { fakeWorld, follow, never, request, until, type FakeWorld } from '../fakes/world.ts';

const web1 = 'shop/web1';
const web4 = 'shop/web4';

/** A rejuvenation of web1 that waits in its drain. */
async function draining(world: FakeWorld): Promise<string> {
  Object.assign(world.shop.server('web1'), { busy: 3, requestMs: 60_000 });
  const id = await world.control.begin(request('rejuvenation', 'web1'), never);
  await until(world, (o) =>
    o.steps.some(({ step, state }) => step.kind === 'await-idle' && state === 'begun'),
  );
  return id;
}

describe('a load balancer that forgets everything in a reload, during a drain', () => {
  it('gets the spare back before the server that left is taken out again', async () => {
    const world = fakeWorld({ backend: { minServing: 3 }, settings: { oldWorkersGoneMs: 5_000 } });
    await draining(world);
    world.a.faults.calls.length = 0;
    world.a.reload([web4]);
    await until(world, ({ endedAt }) => endedAt !== null);
    const sets = world.a.faults.calls.filter((call) => call.startsWith('setAdmin '));
    expect(sets.slice(0, 2)).toEqual([`setAdmin ${web4} ready`, `setAdmin ${web1} maint`]);
    expect(world.a.admin(web4)).toBe('ready');
  });
});

describe('servers that die during a drain', () => {
  it('make the drained one come back instead of being rebooted', async () => {
    const world = fakeWorld({ backend: { minServing: 3 } });
    await draining(world);
    for (const one of [world.a, world.b]) one.setByHand('shop/web2', 'maint');
    const operation = await until(world, ({ endedAt }) => endedAt !== null);
    expect(operation.cause?.code).toBe('min-serving');
    expect(world.shop.server('web1').boots).toBe(0);
    expect([world.a.admin(web1), world.b.admin(web1)]).toEqual(['ready', 'ready']);
  });
});

describe('a way back that is taken up again', () => {
  it('leaves alone what a person has done to a server since', async () => {
    const world = fakeWorld();
    const id = await draining(world);
    const silence = { loadBalancer: 'lb-b', socket: '/run/lb-b.sock', problem: 'refused' };
    world.b.faults.fail('setAdmin', new RejuvError('haproxy-down', silence));
    await world.control.abort(await Promise.resolve(idOf(world, id)), 'anna', 'stop', never);
    await until(world, ({ phase }) => phase === 'rolling-back');
    await world.control.stop();
    world.b.faults.heal('setAdmin');
    const next = world.restart();
    expect((await follow(next, request('maint', 'web1', { reason: 'disk broken' }))).last.state).toBe(
      'completed',
    );
    await next.abort(idOf(world, id), 'anna', 'again', never);
    await until(world, () => findOperation(world.store.records, id)?.endedAt !== null);
    expect([world.a.admin(web1), world.b.admin(web1)]).toEqual(['maint', 'maint']);
    expect(serverRecord(world.store.records, request('ready', 'web1').target).hold?.reason).toBe(
      'disk broken',
    );
  });

  it('looks again before each try, and never overrides a change by hand', async () => {
    const world = fakeWorld();
    const id = await draining(world);
    const silence = { loadBalancer: 'lb-a', command: 'set server', deadlineMs: 5_000 };
    world.a.faults.fail('setAdmin', new RejuvError('haproxy-silent', silence));
    await world.control.abort(idOf(world, id), 'anna', 'stop', never);
    await until(world, ({ phase }) => phase === 'rolling-back');
    for (const one of [world.a, world.b]) one.setByHand(web1, 'ready');
    await world.clock.sleep(10_000, never);
    world.a.faults.heal('setAdmin');
    await until(world, ({ endedAt }) => endedAt !== null);
    expect([world.a.admin(web1), world.b.admin(web1)]).toEqual(['ready', 'ready']);
  });

  it('is recorded together with its cause, so that no crash can part them', async () => {
    const world = fakeWorld();
    const id = await draining(world);
    await world.control.abort(idOf(world, id), 'anna', 'stop', never);
    await until(world, ({ endedAt }) => endedAt !== null);
    const [left] = world.store.of('course-left');
    expect(left?.steps.length).toBeGreaterThan(0);
  });
});

function idOf(world: FakeWorld, id: string) {
  return findOperation(world.store.records, id)!.id;
}
