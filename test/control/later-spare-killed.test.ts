import { expect, it } from 'vitest';
import { openOperations, serverRecord } from '../../src/domain/records.ts';
import type { Tap } from '../fakes/mortal.ts';
import { expectAtRest } from '../fakes/at-rest.ts';
import { ordeal, quiet, untilAtRest, untilTrue, type Ordeal } from '../fakes/ordeal.ts';
import { fakeWorld, never, request, until, type FakeWorld } from '../fakes/world.ts';
import { watched } from './watched-shop.ts';

/** Records that the place of a server and its repair hang on. */
const telling = /append (operation|phase|step-begun|role-set|repair|held|released|recovered|verified)/;

function shopUnderRepair(): FakeWorld {
  const storm = { share: 1 / 2, windowMs: 60_000, quietMs: 120_000 };
  const world = fakeWorld({
    source: 'sidecar',
    settings: { oldWorkersGoneMs: 1_000 },
    backend: {
      drain: { persistenceMs: 2_000, deadlineMs: 60_000, atDeadline: 'wait' },
      faults: { ...watched, storm },
    },
  });
  world.hosts.slow.set('sudo -n mend-shop', 6_000);
  return world;
}

/** web1 is repaired, and its place is taken meanwhile; the process dies after so many telling records. */
async function diesAfter(count: number): Promise<{ here: Ordeal; dead: boolean }> {
  const world = shopUnderRepair();
  let left = Number.POSITIVE_INFINITY;
  const tap: Tap = ({ name }, when) => (when === 'after' && telling.test(name) && left-- <= 0 ? 'die' : 'go');
  const here = await ordeal(world, tap);
  await world.clock.sleep(10_000, never);
  world.hosts.cutOff('web4');
  await world.clock.sleep(10_000, never);
  world.shop.setRunning('web1', false);
  await until(world, ({ kind, phase }) => kind === 'recovery' && phase === 'rejuvenating');
  left = count;
  world.hosts.reconnect('web4');
  const through = (): boolean => quiet(world) && world.store.records.operations.length >= 3;
  await untilTrue(world, () => here.life.over || through());
  const dead = here.life.over;
  if (dead) {
    await world.clock.sleep(5_000, never);
    await here.restart();
  }
  await untilAtRest(world);
  return { here, dead };
}

it(
  'a sidecar that dies anywhere leaves one in the place, and the other one as the spare',
  { timeout: 240_000 },
  async () => {
    let points = 0;
    for (let dead = true; dead; points += 1) {
      const ended = await diesAfter(points);
      dead = ended.dead;
      const { here } = ended;
      const { world } = here;
      expectAtRest(world);
      const roleOf = (name: string) =>
        serverRecord(world.store.records, request('ready', name).target).role ?? 'primary';
      expect([roleOf('web1'), roleOf('web4')].toSorted(), `${points}`).toEqual(['primary', 'spare']);
      for (const name of ['web1', 'web4']) {
        const to = roleOf(name) === 'primary' ? 'ready' : 'maint';
        expect(
          [world.a, world.b].map((one) => one.admin(`shop/${name}`)),
          `${points}: ${name}`,
        ).toEqual([to, to]);
      }
      expect(world.shop.server('web1').boots).toBeLessThanOrEqual(1);
      expect(openOperations(world.store.records)).toEqual([]);
      await here.control.stop();
    }
    expect(points).toBeGreaterThan(20);
  },
);
