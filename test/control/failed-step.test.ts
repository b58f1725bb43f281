import { afterEach, describe, expect, it } from 'vitest';
import { never, request, until, type FakeWorld } from '../fakes/world.ts';
import { watchedShop, type WatchedShop } from './watched-shop.ts';

const flush = 'sudo -n shopctl flush-sessions';
const notRunning = { status: 1, stderr: 'shopctl: the shop is not running' };

let world: FakeWorld;
let shopNow: WatchedShop;

/** A rejuvenation of web1 in which its hand-over takes two seconds, and then fails. */
async function handingOver(...change: Parameters<typeof watchedShop>): Promise<void> {
  shopNow = await watchedShop(...change);
  ({ world } = shopNow);
  world.hosts.slow.set(flush, 2_000);
  world.hosts.answers.set(flush, notRunning);
  await world.control.begin(request('rejuvenation', 'web1'), never);
  await until(world, ({ phase }) => phase === 'duplexing');
}

/** How long after its hand-over had failed the rejuvenation left its course. */
function leftAfterMs(): number {
  const [operation] = world.store.records.operations;
  const began = operation?.steps.find(({ step }) => step.kind === 'run')?.beganAt ?? 0;
  return (world.store.of('course-left')[0]?.at ?? 0) - began - 2_000;
}

afterEach(async () => {
  await world.control.stop();
});

describe('a step that fails on the server under rejuvenation', () => {
  it('because that server dies makes the record a failover, though HAProxy has yet to notice', async () => {
    await handingOver();
    await shopNow.pass(1_900);
    shopNow.crash('web1');
    await shopNow.rest();
    expect(shopNow.kinds()).toEqual(['failover web1 completed', 'recovery web1 completed']);
    expect(world.store.of('course-turned')).toHaveLength(1);
    expect(shopNow.record('web4').role).toBe('primary');
    expect(shopNow.told()).toEqual(['server-failed']);
  });

  it('is rolled back within two looks while nothing else is wrong with that server', async () => {
    await handingOver();
    await shopNow.rest();
    expect(shopNow.kinds()).toEqual(['rejuvenation web1 aborted']);
    expect(leftAfterMs()).toBeLessThanOrEqual(2_500);
    expect(shopNow.states('web1')).toEqual(['ready', 'ready']);
  });

  it('is rolled back once the sign of its failure is over', async () => {
    await handingOver();
    await shopNow.pass(1_500);
    Object.assign(world.shop.server('web1'), { passesProbe: false });
    await shopNow.pass(2_500);
    Object.assign(world.shop.server('web1'), { passesProbe: true });
    await shopNow.rest();
    expect(shopNow.kinds()).toEqual(['rejuvenation web1 aborted']);
  });

  it('is rolled back at once where no fault is answered, and by an abort', async () => {
    await handingOver({ onFault: 'alert' });
    shopNow.crash('web1');
    await shopNow.rest();
    expect(leftAfterMs()).toBeLessThanOrEqual(100);
    await world.control.stop();
    await handingOver();
    await shopNow.pass(1_900);
    shopNow.crash('web1');
    await shopNow.pass(150);
    const id = world.store.records.operations[0]!.id;
    await world.control.abort(id, 'anna', 'wrong server', never);
    await shopNow.pass(100);
    expect(world.store.records.operations[0]?.cause?.code).toBe('aborted');
  });
});
