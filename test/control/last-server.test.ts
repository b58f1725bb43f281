import { describe, expect, it } from 'vitest';
import { fakeWorld, never, openCalendar, request, until } from '../fakes/world.ts';

describe('minimum serving on the worst day', () => {
  it('after a reload of HAProxy the only server that serves is not put in maint', async () => {
    const world = fakeWorld({ backend: { minServing: 1 } });
    world.shop.server('web1').stuck = 1;
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, () => [world.a, world.b].every((lb) => lb.admin('shop/web1') === 'maint'));
    await world.clock.sleep(3_000, never);
    for (const name of ['web2', 'web3', 'web4']) world.shop.setRunning(name, false);
    await world.clock.sleep(3_000, never);
    for (const lb of [world.a, world.b]) {
      lb.reload(['shop/web4']);
      lb.row('shop/web4').checked = false;
    }
    await world.clock.sleep(10_000, never);
    for (const lb of [world.a, world.b]) expect(lb.admin('shop/web1')).toBe('ready');
  });

  it('after a reload of HAProxy two operations set their servers out again only as far as enough serve', async () => {
    const seed = fakeWorld();
    const [shop] = seed.settings.backends;
    const servers = shop!.servers.map((server) => {
      const spare = server.name === 'web3' || server.name === 'web4';
      return { ...server, role: spare ? ('spare' as const) : ('primary' as const) };
    });
    const calendar = { ...openCalendar, maxAtOnce: 2 };
    const world = fakeWorld({ backend: { servers, minServing: 1, calendar } });
    for (const lb of [world.a, world.b]) lb.row('shop/web3').bits = 5;
    world.shop.setRunning('web3', false);
    for (const name of ['web1', 'web2']) world.shop.server(name).stuck = 1;
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await world.control.begin(request('rejuvenation', 'web2'), never);
    const both = ['shop/web1', 'shop/web2'];
    await until(world, () => [world.a, world.b].every((lb) => both.every((id) => lb.admin(id) === 'maint')));
    await world.clock.sleep(3_000, never);
    const before = world.events.length;
    for (const lb of [world.a, world.b]) {
      const set = lb.setAdmin.bind(lb);
      lb.setAdmin = async (...words) => {
        await world.clock.sleep(1_000, never);
        await set(...words);
      };
      // Nothing of these counts as serving any more.
      for (const id of ['shop/web3', 'shop/web4']) lb.row(id).checked = false;
      lb.reload(['shop/web3', 'shop/web4']);
    }
    await world.clock.sleep(6_000, never);
    const out = world.events
      .slice(before)
      .flatMap((event) =>
        event.type === 'admin-intended' && event.to === 'maint' && event.loadBalancer === 'lb-a'
          ? [`shop/${event.server.server}`]
          : [],
      );
    expect(both.filter((id) => out.includes(id)).length).toBeLessThan(2);
  });
});
