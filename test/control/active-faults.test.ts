import { expect, it } from 'vitest';
import { watchedShop } from './watched-shop.ts';

it('where all serve, a server that fails is taken out, repaired and put back, and nobody misses a spare', async () => {
  const shop = await watchedShop(
    {},
    { mode: 'active-active', spare: { start: null, stop: null, deadlineMs: 60_000 } },
  );
  shop.world.shop.setRunning('web4', true);
  for (const one of [shop.world.a, shop.world.b]) one.setByHand('shop/web4', 'ready');
  await shop.pass(10_000);
  shop.crash('web1');
  await shop.rest();
  expect(shop.kinds()).toEqual(['failover web1 completed', 'recovery web1 completed']);
  expect(shop.states('web1')).toEqual(['ready', 'ready']);
  expect(shop.record('web1').hold).toBeNull();
  expect(shop.told()).toEqual(['server-failed']);
  await shop.world.control.stop();
});
