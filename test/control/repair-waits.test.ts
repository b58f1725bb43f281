import { afterEach, describe, expect, it } from 'vitest';
import type { RecoveryStep } from '../../src/domain/settings.ts';
import { watchedShop, type WatchedShop } from './watched-shop.ts';

let shop: WatchedShop;

afterEach(async () => {
  await shop.world.control.stop();
});

describe('a server that hangs still answers what it has begun', () => {
  for (const kind of ['run', 'reboot', 'power-cycle'] as const satisfies RecoveryStep['kind'][]) {
    it(`and is not repaired before that, by ${kind}`, async () => {
      shop = await watchedShop({ recover: [{ kind, command: 'sudo -n clean-up', deadlineMs: 60_000 }] });
      const { world } = shop;
      Object.assign(world.shop.server('web1'), { busy: 3, requestMs: 8_000 });
      const inProgress: number[] = [];
      const look = (): void => {
        const rows = [world.a, world.b].flatMap((one) => one.now());
        inProgress.push(...rows.filter(({ id }) => id.server === 'web1').map(({ sessions }) => sessions));
      };
      world.hosts.onAct = look;
      world.machine.onRun = look;
      world.shop.setHanging('web1', true);
      await shop.pass(60_000);
      expect(inProgress).toEqual([0, 0]);
    });
  }

  it('but what never ends keeps it from being repaired for half a minute only', async () => {
    shop = await watchedShop({ recover: [{ kind: 'power-cycle', command: 'ipmi', deadlineMs: 60_000 }] });
    const { world } = shop;
    world.shop.server('web1').stuck = 1;
    const doneAt: number[] = [];
    world.machine.onRun = () => doneAt.push(world.clock.monotonic());
    world.shop.setHanging('web1', true);
    const hungAt = world.clock.monotonic();
    await shop.pass(90_000);
    expect(doneAt).toHaveLength(1);
    expect(doneAt[0]! - hungAt).toBeLessThan(60_000);
  });
});
