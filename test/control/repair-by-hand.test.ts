import { afterEach, describe, expect, it } from 'vitest';
import type { AdminState } from '../../src/domain/server.ts';
import { never, request } from '../fakes/world.ts';
import { watchedShop, type WatchedShop } from './watched-shop.ts';

let shop: WatchedShop;

afterEach(async () => {
  await shop.world.control.stop();
});

describe('a person who takes a failed server in hand before its repair begins', () => {
  for (const to of ['drain', 'ready'] as const satisfies AdminState[]) {
    it(`and sets it to ${to} keeps it, until a person asks for the repair`, async () => {
      // A storm holds up the repair that is due after the failover.
      shop = await watchedShop({ storm: { share: 1 / 3, windowMs: 60_000, quietMs: 60_000 } });
      const { world } = shop;
      shop.crash('web1');
      shop.crash('web2');
      await shop.pass(40_000);
      expect(shop.kinds()).toEqual(['failover web1 completed']);
      for (const one of [world.a, world.b]) one.setByHand('shop/web1', to);
      world.shop.setRunning('web2', true);
      await shop.pass(150_000);
      expect(shop.states('web1')).toEqual([to, to]);
      expect(world.shop.server('web1').boots).toBe(0);
      expect(shop.told()).toContain('owned-by-person');
      await world.control.begin(request('recovery', 'web1'), never);
      await shop.rest();
      expect(shop.kinds().at(-1)).toBe('recovery web1 completed');
    });
  }
});
