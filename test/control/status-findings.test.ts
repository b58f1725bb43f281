import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/domain/catalogue.ts';
import type { Event } from '../../src/domain/event.ts';
import type { Finding } from '../../src/domain/status.ts';
import { fakeWorld, follow, never, request, until, type FakeWorld } from '../fakes/world.ts';

const web1 = 'shop/web1';

async function findings({ control }: FakeWorld): Promise<readonly Finding[]> {
  return (await control.status(never)).findings;
}

function alertOf({ clock }: FakeWorld, code: ErrorCode): Event {
  const server = request('drain', 'web1').target;
  return { type: 'alert', at: clock.now(), code, message: 'it failed', fix: 'see', server, operation: null };
}

describe('the findings of status', () => {
  it('are none while every state is as it should be', async () => {
    const world = fakeWorld();
    await follow(world.control, request('drain', 'web1'));
    expect(await findings(world)).toEqual([]);
  });

  it('name a state that a person set over what rejuv had set, once for both load balancers', async () => {
    const world = fakeWorld();
    await follow(world.control, request('drain', 'web1'));
    for (const one of [world.a, world.b]) one.setByHand(web1, 'maint');
    const at = world.clock.now();
    expect(await findings(world)).toEqual([
      {
        at: new Date(at).toISOString(),
        severity: 'warning',
        where: web1,
        message: 'put in maint by hand on lb-a and lb-b; rejuv had set drain. rejuv leaves it alone',
        fix: '`rejuv ready shop/web1` when that is meant to be over',
      },
    ]);
  });

  it('say what to do with a server that a person put back in the middle of a hold', async () => {
    const world = fakeWorld();
    await follow(world.control, request('maint', 'web1'));
    for (const one of [world.a, world.b]) one.setByHand(web1, 'ready');
    const [finding] = await findings(world);
    expect(finding).toMatchObject({ severity: 'warning', where: web1 });
    expect(finding?.message).toContain('put in ready by hand');
    expect(finding?.fix).toContain('rejuv maint shop/web1');
    await follow(world.control, request('ready', 'web1'));
    expect(await findings(world)).toEqual([]);
  });

  it('say of a spare that rests by hand how it can take over again', async () => {
    const world = fakeWorld();
    for (const one of [world.a, world.b]) one.row('shop/web4').bits = 1;
    const [finding] = await findings(world);
    expect(finding?.fix).toContain('`rejuv role shop/web4 spare` lets it take over again');
    await world.control.setRole(request('drain', 'web4').target, 'spare', null, null, never);
    expect(await findings(world)).toEqual([]);
  });

  it('say nothing while an operation of rejuv sets one load balancer after the other', async () => {
    const world = fakeWorld();
    world.shop.server('web1').stuck = 1;
    const id = await world.control.begin(request('drain', 'web1', { noWait: false }), never);
    await until(world, ({ phase }) => phase === 'draining');
    world.b.row(web1).bits = 0;
    expect(await findings(world)).toEqual([]);
    await world.control.abort(id, 'anna', 'enough', never);
  });

  it('say which load balancer has what, and whose it is, where the two differ', async () => {
    const world = fakeWorld();
    world.b.setByHand(web1, 'drain');
    const found = await findings(world);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      at: null,
      severity: 'warning',
      where: web1,
      message: 'ready on lb-a (as in haproxy.cfg), but drain on lb-b (by hand, haproxy.cfg says ready)',
      fix: 'let both agree: `rejuv ready shop/web1`, or `rejuv maint shop/web1`',
    });
  });

  it('have one line, as an alert, for a server whose operation failed by a hand that shows still', async () => {
    const world = fakeWorld();
    await follow(world.control, request('maint', 'web1'));
    for (const one of [world.a, world.b]) one.setByHand(web1, 'ready');
    await world.store.append(alertOf(world, 'changed-by-hand'));
    expect((await findings(world)).map(({ severity, message }) => [severity, message])).toEqual([
      ['alert', 'put in ready by hand on lb-a and lb-b; rejuv had set maint. rejuv leaves it alone'],
    ]);
  });

  it('keep an alert until a person has put the server back', async () => {
    const world = fakeWorld();
    await follow(world.control, request('maint', 'web1'));
    await world.store.append(alertOf(world, 'command-failed'));
    expect(await findings(world)).toMatchObject([{ severity: 'alert', where: web1, message: 'it failed' }]);
    await world.clock.sleep(1_000, never);
    await follow(world.control, request('ready', 'web1'));
    expect(await findings(world)).toEqual([]);
  });

  it('have the worst first', async () => {
    const world = fakeWorld();
    await follow(world.control, request('drain', 'web1'));
    for (const one of [world.a, world.b]) one.reload(['shop/web4']);
    world.b.setByHand('shop/web3', 'drain');
    expect((await findings(world))[0]?.message).toBe(
      'lb-a and lb-b have new processes and forgot that shop/web1 was in drain: it is ready there',
    );
    expect((await findings(world)).map(({ severity, where }) => [severity, where])).toEqual([
      ['alert', web1],
      ['warning', 'shop/web3'],
    ]);
  });
});
