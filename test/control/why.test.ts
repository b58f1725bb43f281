import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../src/domain/errors.ts';
import type { OperationId } from '../../src/domain/names.ts';
import type { Block, Why } from '../../src/domain/why.ts';
import { contract } from '../cli/contract.ts';
import { fakeWorld, follow, never, request, until, type FakeWorld } from '../fakes/world.ts';
import { dayMs, hourMs, minuteMs, schedule, scheduledShop } from './scheduled-shop.ts';

const web1 = 'shop/web1';
const isWhy = contract('why');

async function why({ control }: Pick<FakeWorld, 'control'>, server = 'web1'): Promise<Why> {
  const found = await control.why(request('rejuvenation', server).target, never);
  expect(isWhy(found), JSON.stringify(isWhy.errors)).toBe(true);
  return found;
}

function block({ blocks }: Why, code: Block['code']): Block {
  const found = blocks.find((one) => one.code === code);
  if (found === undefined) throw new Error(`nothing blocks with ${code}, but ${JSON.stringify(blocks)}`);
  return found;
}

/** To its end. */
async function watched(control: FakeWorld['control'], id: OperationId): Promise<void> {
  const lines = control.watch(id, never)[Symbol.asyncIterator]();
  while ((await lines.next()).done !== true);
}

describe('why', () => {
  it('says of a server that serves, with nothing in the way, that nothing is in the way', async () => {
    const found = await why(fakeWorld());
    expect(found).toMatchObject({ role: 'primary', list: 'serving', condition: 'healthy', blocks: [] });
    expect(found.loadBalancers).toMatchObject([
      { name: 'lb-a', reachable: true, admin: 'ready', owner: 'config', operational: 'up' },
      { name: 'lb-b', reachable: true, admin: 'ready', owner: 'config', operational: 'up' },
    ]);
    expect(found.next).toMatchObject({ operation: null, run: null, unknown: null });
    expect(found.takeOver).toBeNull();
  });

  it('has exactly the gates of a dry run, each with what clears it', async () => {
    const world = fakeWorld({ backend: { actions: [] } });
    for (const one of [world.a, world.b]) one.setByHand('shop/web4', 'ready');
    world.b.allowedLevel = 'user';
    const found = await why(world);
    const { blocked } = await world.control.dryRun(request('rejuvenation', 'web1'), never);
    expect(found.blocks.map(({ code, message, fix }) => ({ code, message, fix }))).toEqual(blocked);
    expect(blocked.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['no-actions', 'no-spare', 'haproxy-level']),
    );
  });

  it('says who holds a server, since when and why, and that only a person ends it', async () => {
    const world = fakeWorld();
    const drain = request('drain', 'web1', { reason: 'looking at it', by: 'anna' });
    const { id } = await follow(world.control, drain);
    await world.clock.sleep(10 * minuteMs, never);
    const found = await why(world);
    const since = new Date(world.store.records.servers[web1]?.hold?.since ?? 0).toISOString();
    const hold = { since, reason: 'looking at it', by: 'anna', kind: 'drain', operation: id };
    expect(found.held).toMatchObject(hold);
    expect(block(found, 'held')).toMatchObject({
      since,
      fix: 'end that with `rejuv ready shop/web1`',
      holdsUp: 'everybody',
    });
    expect(found.lastOperation).toMatchObject({ id, ended: 'completed', by: 'anna' });
    expect((await world.control.status(never)).backends[0]?.servers[0]?.held).toMatchObject(hold);
    await follow(world.control, request('ready', 'web1'));
    expect(await why(world)).toMatchObject({ held: null, blocks: [] });
  });

  it('tells a state that a person set in maint by hand, and since when', async () => {
    const world = fakeWorld();
    for (const one of [world.a, world.b]) one.setByHand(web1, 'maint');
    const at = world.clock.now();
    await world.clock.sleep(5 * minuteMs, never);
    const found = await why(world);
    expect(found.loadBalancers.map(({ owner }) => owner)).toEqual(['person', 'person']);
    const since = Date.parse(block(found, 'owned-by-person').since ?? '');
    expect(Math.abs(since - at)).toBeLessThanOrEqual(1000);
  });

  it('shows the operation that runs, with its step and deadline, for the server and for its spare', async () => {
    const world = fakeWorld();
    world.shop.server('web1').stuck = 1;
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    const { startedAt } = await until(world, ({ steps }) =>
      steps.some(({ step, state }) => step.kind === 'await-idle' && state === 'begun'),
    );
    const found = await why(world);
    expect(found.next.operation).toMatchObject({ id, phase: 'draining', step: 'await-idle', running: true });
    expect(found.next.operation?.deadline).not.toBeNull();
    expect(block(found, 'backend-busy').since).toBe(new Date(startedAt).toISOString());
    const spare = await why(world, 'web4');
    expect(spare.next.operation).toMatchObject({ id, of: { server: 'web1' } });
    world.shop.server('web1').stuck = 0;
    await watched(world.control, id);
  });

  it('says of a spare whether it could take over now, and why not', async () => {
    const world = fakeWorld();
    await world.control.setRole(request('drain', 'web4').target, 'spare', null, null, never);
    expect((await why(world, 'web4')).takeOver).toEqual({ possible: true, problem: null });
    world.b.setByHand('shop/web4', 'ready');
    const found = await why(world, 'web4');
    expect(found.takeOver).toEqual({ possible: false, problem: 'is already serving on lb-b' });
    expect(block(found, 'server-is-spare').fix).toContain('name a serving server');
  });

  it('answers with what it knows when a load balancer does not, and names it once', async () => {
    const world = fakeWorld();
    const facts = { loadBalancer: 'lb-b', socket: '/s', problem: 'refused' };
    world.b.faults.fail('read', new RejuvError('haproxy-down', facts));
    const found = await why(world);
    expect(found.loadBalancers[1]).toMatchObject({ reachable: false, admin: null });
    expect(found.condition).toBe('unknown');
    expect(found.blocks.map(({ code }) => code)).toEqual(['haproxy-down']);
    expect(found.next.unknown).toContain('nothing answers');
  });

  it('names a server that the config file does not', async () => {
    await expect(fakeWorld().control.why(request('drain', 'web9').target, never)).rejects.toMatchObject({
      code: 'unknown-server',
    });
  });

  it('tells the next run that would choose it, as plan does, and the spare that would take over', async () => {
    const world = scheduledShop({ schedules: [schedule({ pick: request('drain', 'web2').target.server })] });
    await world.control.start(never);
    const plan = await world.control.plan(14, never);
    expect((await why(world, 'web2')).next.run).toEqual(plan.runs[0]);
    expect((await why(world, 'web4')).next.run).toEqual(plan.runs[0]);
    expect((await why(world, 'web3')).next.run).toBeNull();
    await world.control.stop();
  });

  it('parts what holds up everybody from what holds up schedules only, each with its bounds', async () => {
    const now = Date.parse('2026-11-21T12:00Z');
    const window = {
      days: ['sat'] as const,
      fromMs: 2 * hourMs,
      untilMs: 5 * hourMs,
      timeZone: 'UTC',
    };
    const freeze = { fromAt: now - dayMs, untilAt: now + dayMs, reason: 'sale' };
    const world = scheduledShop({
      startAt: new Date(now).toISOString(),
      all: { windows: [window] },
      own: { freezes: [freeze] },
    });
    await world.control.pause(
      { by: 'anna', reason: 'a deploy', until: now + hourMs, rollBack: false, includingFailover: false },
      never,
    );
    const found = await why(world);
    expect(found.blocks.map(({ code, holdsUp }) => [code, holdsUp])).toEqual([
      ['paused', 'everybody'],
      ['frozen', 'everybody'],
      ['outside-window', 'schedules'],
    ]);
    expect(block(found, 'paused')).toMatchObject({
      since: new Date(now).toISOString(),
      until: '2026-11-21T13:00:00.000Z',
    });
    expect(block(found, 'frozen')).toMatchObject({
      since: '2026-11-20T12:00:00.000Z',
      until: '2026-11-22T12:00:00.000Z',
    });
    expect(block(found, 'outside-window')).toMatchObject({
      since: '2026-11-21T05:00:00.000Z',
      until: '2026-11-28T02:00:00.000Z',
    });
  });

  it('says since when old workers hold it up, and until when, though no spare is free either', async () => {
    const world = fakeWorld();
    await follow(world.control, request('rejuvenation', 'web1'));
    for (const one of [world.a, world.b]) one.reload();
    const found = await why(world, 'web2');
    expect(found.blocks.map(({ code }) => code)).toEqual(['no-spare', 'old-workers']);
    const { since, until: end } = block(found, 'old-workers');
    expect(Date.parse(end ?? '') - Date.parse(since ?? '')).toBe(10 * minuteMs);
  });
});
