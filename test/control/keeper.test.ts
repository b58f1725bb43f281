import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../src/domain/errors.ts';
import { serverRecord } from '../../src/domain/records.ts';
import { createJournal } from '../../src/control/journal.ts';
import { align, keptBackends } from '../../src/control/keeper.ts';
import { observe } from '../../src/control/pair.ts';
import { createTurns } from '../../src/control/turns.ts';
import { fakeWorld, follow, never, request, until, type FakeWorld } from '../fakes/world.ts';

const web1 = 'shop/web1';
const web4 = 'shop/web4';
const quickly = { drain: { persistenceMs: 2_000, deadlineMs: 60_000, atDeadline: 'wait' as const } };

/** A sidecar that keeps watch, with web1 held in maint by a person's `rejuv maint`. */
async function heldOut(): Promise<FakeWorld> {
  const world = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
  await world.control.start(never);
  await follow(world.control, request('maint', 'web1', { reason: 'disk broken' }));
  return world;
}

async function pass(world: FakeWorld, ms: number): Promise<void> {
  await world.clock.sleep(ms, never);
}

describe('the keeper', () => {
  it('sets again within one poll what a new process of HAProxy forgot, and says so', async () => {
    const world = await heldOut();
    world.a.reload([web4]);
    expect(world.a.admin(web1)).toBe('ready');
    await pass(world, world.settings.pollMs);
    expect(world.a.admin(web1)).toBe('maint');
    expect(world.store.of('states-restored')).toMatchObject([{ loadBalancer: 'lb-a', servers: [web1] }]);
    await world.control.stop();
  });

  it('does the same after a restart of both at once', async () => {
    const world = await heldOut();
    for (const one of [world.a, world.b]) one.reload([web4]);
    await pass(world, world.settings.pollMs);
    expect([world.a.admin(web1), world.b.admin(web1)]).toEqual(['maint', 'maint']);
    await world.control.stop();
  });

  it('sets again an old state file that HAProxy loaded once more after a crash', async () => {
    const world = await heldOut();
    // Planned: the state was saved, the new process has it, and the file stays behind.
    world.a.reloadWithState();
    await pass(world, 5_000);
    await follow(world.control, request('ready', 'web1'));
    world.a.reloadWithState();
    world.a.row(web1).bits = 1;
    await pass(world, world.settings.pollMs);
    expect(world.a.admin(web1)).toBe('ready');
    await world.control.stop();
  });

  it('takes what it set again itself for its own, whoever looked right before', async () => {
    const world = await heldOut();
    const journal = createJournal(() => world.world);
    const scope = { world: world.world, journal, inTurn: createTurns() };
    const [shop] = keptBackends(world.world, journal.records());
    world.a.reload([web4]);
    const before = await observe(world.world.loadBalancers, [shop!], () => world.clock.now(), never);
    // The poll and a step that looks may have looked at the same moment.
    await align(scope, shop!, before, never);
    await align(scope, shop!, before, never);
    expect(world.store.of('admin-yielded')).toEqual([]);
    expect(world.a.admin(web1)).toBe('maint');
    await world.control.stop();
  });

  it('lets an operation go on whose look is older than what was set again', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
    await world.control.start(never);
    Object.assign(world.shop.server('web1'), { busy: 3, requestMs: 20_000 });
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    let slow = false;
    const read = world.b.read.bind(world.b);
    world.b.read = async (...wanted) => {
      const late = slow;
      slow = false;
      if (late) await pass(world, 3 * world.settings.pollMs);
      return await read(...wanted);
    };
    let reloaded = false;
    let last = '';
    for await (const { step, state } of world.control.watch(id, never)) {
      last = state;
      if (step !== 'grace' || reloaded) continue;
      reloaded = true;
      world.a.reload([web4]);
      slow = true;
    }
    expect({ reloaded, last }).toEqual({ reloaded: true, last: 'completed' });
    await world.control.stop();
  });

  it('leaves alone what a person set in the same process, and gives it up for good', async () => {
    const world = await heldOut();
    world.a.setByHand(web1, 'drain');
    await pass(world, 10_000);
    expect(world.a.admin(web1)).toBe('drain');
    world.a.reload([web4]);
    await pass(world, 10_000);
    expect(world.a.admin(web1)).toBe('ready');
    const status = await world.control.status(never);
    expect(status.findings.map(({ message }) => message).join()).toContain('ready on lb-a');
    await world.control.stop();
  });

  it('takes a state that no configuration explains in a new process for a person’s', async () => {
    const world = await heldOut();
    world.a.reloadWithState();
    world.a.row(web1).bits = 8;
    await pass(world, 10_000);
    expect(world.a.admin(web1)).toBe('drain');
    expect(world.store.of('admin-yielded')).toMatchObject([{ loadBalancer: 'lb-a', found: 'drain' }]);
    await world.control.stop();
  });

  it('does not take out again what would leave too few, tells a person once, and does it when it can', async () => {
    const world = await heldOut();
    for (const one of [world.a, world.b]) one.setByHand('shop/web2', 'maint');
    await pass(world, 3_000);
    world.a.reload(['shop/web2', web4]);
    await pass(world, 20_000);
    expect(world.a.admin(web1)).toBe('ready');
    const told = world.store.of('alert').filter(({ code }) => code === 'min-serving');
    expect(told).toHaveLength(1);
    world.a.setByHand('shop/web2', 'ready');
    await pass(world, 3_000);
    expect(world.a.admin(web1)).toBe('maint');
    await world.control.stop();
  });

  it('tries again where the answer of HAProxy was lost, instead of taking back its own word', async () => {
    const world = await heldOut();
    await follow(world.control, request('ready', 'web1'));
    await follow(world.control, request('rejuvenation', 'web1'));
    world.a.reload([web4]);
    const facts = { loadBalancer: 'lb-a', command: 'set server', deadlineMs: 5_000 };
    world.a.faults.fail('setAdmin-answer', new RejuvError('haproxy-silent', facts), 1);
    world.a.faults.fail('setAdmin', new RejuvError('haproxy-silent', facts), 1);
    await pass(world, 20_000);
    expect(world.a.admin(web4)).toBe('ready');
    expect(world.a.admin(web1)).toBe('maint');
    await world.control.stop();
  });

  it('looks during a long command too, when no step does', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
    world.hosts.slow.set('sudo -n clean', 60_000);
    await world.control.start(never);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'rejuvenating');
    world.b.reload([web4]);
    await pass(world, 2 * world.settings.pollMs);
    expect([world.b.admin(web1), world.b.admin(web4)]).toEqual(['maint', 'ready']);
    expect((await until(world, ({ endedAt }) => endedAt !== null)).phase).toBe('completed');
    await world.control.stop();
  });
});

describe('one load balancer that does not answer', () => {
  async function begun(whenOneIsDown: 'block' | 'continue', phase: string): Promise<FakeWorld> {
    const settings = { whenOneIsDown, oldWorkersGoneMs: 1_000 };
    const world = fakeWorld({ source: 'sidecar', backend: quickly, settings });
    Object.assign(world.shop.server('web1'), { busy: 2, requestMs: 10_000 });
    world.hosts.slow.set('sudo -n clean', 10_000);
    await world.control.start(never);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, (operation) => operation.phase === phase);
    world.b.away = true;
    return world;
  }
  const last = (world: FakeWorld) => world.store.records.operations.at(-1)!;

  it('blocks what is not past its drain, which says so once and goes on when it is back', async () => {
    const world = await begun('block', 'draining');
    await pass(world, 120_000);
    expect(last(world).phase).toBe('draining');
    expect(world.store.of('alert').filter(({ code }) => code === 'haproxy-down')).toHaveLength(1);
    expect(world.shop.server('web1').boots).toBe(0);
    world.b.away = false;
    expect((await until(world, ({ endedAt }) => endedAt !== null)).phase).toBe('completed');
    await world.control.stop();
  });

  it('lets a person abort what waits for it', async () => {
    const world = await begun('block', 'admitting');
    await pass(world, 10_000);
    await world.control.abort(last(world).id, 'anna', 'enough', never);
    await pass(world, 10_000);
    expect(last(world).phase).toBe('rolling-back');
    world.b.away = false;
    expect((await until(world, ({ endedAt }) => endedAt !== null)).phase).toBe('aborted');
    await world.control.stop();
  });

  it('does not hold up what is past its drain, and gets what it missed when it is back', async () => {
    const world = await begun('block', 'rejuvenating');
    expect((await until(world, ({ endedAt }) => endedAt !== null)).phase).toBe('completed');
    expect(world.shop.server('web1').boots).toBe(1);
    // Not ignored either: it is said once that it goes on without it.
    expect(world.store.of('alert').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^rejuvenation of shop\/web1 goes on in rejuvenating without lb-b: /),
    ]);
    world.b.reload([web4]);
    world.b.away = false;
    await pass(world, 5_000);
    expect([world.b.admin(web1), world.b.admin(web4)]).toEqual(['maint', 'ready']);
    await world.control.stop();
  });

  it('starts nothing new, and names it', async () => {
    const world = fakeWorld({ source: 'sidecar' });
    await world.control.start(never);
    world.b.away = true;
    const begin = world.control.begin(request('rejuvenation', 'web1'), never);
    await expect(begin).rejects.toMatchObject({ code: 'haproxy-down', facts: { loadBalancer: 'lb-b' } });
    await world.control.stop();
  });

  it('is gone on without where that is configured, and is brought into line before anything else', async () => {
    const world = await begun('continue', 'admitting');
    expect((await until(world, ({ endedAt }) => endedAt !== null)).phase).toBe('completed');
    expect([world.a.admin(web1), world.a.admin(web4)]).toEqual(['maint', 'ready']);
    expect(world.b.admin(web1)).toBe('ready');
    world.b.away = false;
    await pass(world, 5_000);
    expect([world.b.admin(web1), world.b.admin(web4)]).toEqual(['maint', 'ready']);
    expect(serverRecord(world.store.records, request('ready', 'web4').target).role).toBe('primary');
    await world.control.stop();
  });

  it('is never the only reason to go on: with both away everything waits', async () => {
    const world = await begun('continue', 'rejuvenating');
    world.a.away = true;
    await pass(world, 60_000);
    expect(last(world).endedAt).toBeNull();
    world.a.away = false;
    world.b.away = false;
    expect((await until(world, ({ endedAt }) => endedAt !== null)).phase).toBe('completed');
    await world.control.stop();
  });
});

describe('a reload in the middle of a write', () => {
  it('that brings back what was saved before the write is no change by hand', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
    await world.control.start(never);
    // The drop-in saved drain; rejuv set maint on the old process; the new one loaded drain.
    let armed = true;
    world.a.onWrite = (id, to) => {
      if (!armed || id !== web1 || to !== 'maint') return;
      armed = false;
      queueMicrotask(() => {
        world.a.reloadWithState();
        world.a.row(web1).bits = 8;
      });
    };
    const { last: end } = await follow(world.control, request('rejuvenation', 'web1'));
    expect(end).toMatchObject({ state: 'completed', code: null });
    await world.control.stop();
  });

  it('that leaves a write on one load balancer alone is waited out, when that one went away', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
    await world.control.start(never);
    let armed = true;
    world.b.onWrite = (id, to) => {
      if (!armed || id !== web1 || to !== 'drain') return;
      armed = false;
      for (const one of [world.a, world.b]) one.away = true;
    };
    world.b.faults.fail(
      'setAdmin-answer',
      new RejuvError('haproxy-silent', { loadBalancer: 'lb-b', command: 'set server', deadlineMs: 5_000 }),
      1,
      2,
    );
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await pass(world, 60_000);
    expect(world.store.records.operations.at(-1)?.endedAt).toBeNull();
    for (const one of [world.a, world.b]) one.away = false;
    expect((await until(world, ({ endedAt }) => endedAt !== null)).phase).toBe('completed');
    await world.control.stop();
  });
});
