import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../fakes/world.ts';
import { watchedShop, type WatchedShop } from './watched-shop.ts';

let shop: WatchedShop;

afterEach(async () => {
  await shop.world.control.stop();
});

describe('a server that a person takes out by hand', () => {
  it('on one load balancer, and that hangs, is left to that person, and said', async () => {
    shop = await watchedShop({ recover: [] });
    const { world } = shop;
    world.b.setByHand('shop/web1', 'drain');
    await shop.pass(20_000);
    world.shop.setHanging('web1', true);
    await shop.pass(60_000);
    expect(shop.states('web1')).toEqual(['ready', 'drain']);
    expect(shop.told()).toEqual(['server-hung']);
  });

  it('while its replacement starts is left to that person, and the spare goes back; once it is ready again, it is replaced', async () => {
    shop = await watchedShop({ recover: [] });
    const { world } = shop;
    world.hosts.slow.set('sudo -n systemctl start shop', 30_000);
    world.shop.setHanging('web1', true);
    await until(world, ({ kind }) => kind === 'failover');
    await shop.pass(10_000);
    for (const one of [world.a, world.b]) one.setByHand('shop/web1', 'drain');
    await shop.rest();
    expect(shop.states('web1')).toEqual(['drain', 'drain']);
    expect(shop.states('web4')).toEqual(['maint', 'maint']);
    expect(shop.kinds()).toEqual(['failover web1 failed']);
    for (const one of [world.a, world.b]) one.setByHand('shop/web1', 'ready');
    await shop.rest();
    expect(shop.kinds().at(-1)).toBe('failover web1 completed');
    expect(shop.states('web4')).toEqual(['ready', 'ready']);
  });

  it('on the one load balancer that then does not answer, is left to that person too, and said', async () => {
    shop = await watchedShop({ recover: [] });
    const { world } = shop;
    world.b.setByHand('shop/web1', 'maint');
    await shop.pass(20_000);
    world.b.away = true;
    await shop.pass(5_000);
    shop.crash('web1');
    await shop.pass(60_000);
    expect(shop.kinds()).toEqual([]);
    expect(shop.told()).toEqual(['server-failed']);
    world.b.away = false;
    world.shop.setRunning('web1', true);
    await shop.pass(60_000);
    expect(shop.states('web1')).toEqual(['ready', 'maint']);
  });

  it('and back into service again is replaced when it fails, whichever load balancer is away', async () => {
    shop = await watchedShop({ recover: [] });
    const { world } = shop;
    world.b.setByHand('shop/web1', 'maint');
    await shop.pass(20_000);
    world.b.setByHand('shop/web1', 'ready');
    await shop.pass(20_000);
    world.b.away = true;
    await shop.pass(5_000);
    shop.crash('web1');
    await shop.pass(60_000);
    expect(shop.kinds()).toEqual(['failover web1 completed']);
  });
});

describe('a spare that a person has taken for something', () => {
  it('on the one load balancer that then does not answer, does not take over', async () => {
    shop = await watchedShop({ recover: [] });
    const { world } = shop;
    world.b.setByHand('shop/web4', 'drain');
    await shop.pass(20_000);
    world.b.away = true;
    await shop.pass(5_000);
    shop.crash('web1');
    await shop.pass(60_000);
    expect(shop.kinds()).toEqual(['failover web1 completed']);
    expect(shop.states('web4')).toEqual(['maint', 'drain']);
    world.b.away = false;
    await shop.pass(60_000);
    expect(shop.states('web4')).toEqual(['maint', 'drain']);
    expect(shop.told()).toContain('not-replaced');
  });
});
