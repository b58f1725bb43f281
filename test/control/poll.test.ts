import { afterEach, describe, expect, it } from 'vitest';
import { longestTurnMs } from '../../src/control/poll.ts';
import { RejuvError } from '../../src/domain/errors.ts';
import { fakeWorld, never, type FakeWorld } from '../fakes/world.ts';

let world: FakeWorld;
let release: () => void = () => undefined;

async function polling(): Promise<void> {
  world = fakeWorld({ source: 'sidecar' });
  await world.control.start(never);
}

afterEach(async () => {
  release();
  await world.control.stop();
});

/** Whether the watchdog of systemd would still get its signs of life. */
const turning = (): boolean =>
  world.clock.monotonic() - (world.turnsAt.at(-1) ?? 0) < longestTurnMs(world.settings);

describe('the poll loop', () => {
  it('turns as often as configured', async () => {
    await polling();
    const { pollMs } = world.settings;
    await world.clock.sleep(10 * pollMs + 1, never);
    expect(world.turnsAt.length).toBeGreaterThanOrEqual(9);
    expect(turning()).toBe(true);
  });

  it('counts as turning while its looks fail: that is reported, and no reason to be ended', async () => {
    await polling();
    const facts = { loadBalancer: 'lb-a', socket: '/run/lb-a.sock', problem: 'refused' };
    for (const one of [world.a, world.b]) one.faults.fail('read', new RejuvError('haproxy-down', facts));
    await world.clock.sleep(5 * longestTurnMs(world.settings), never);
    expect(turning()).toBe(true);
  });

  it('counts as hanging when a look never ends, and as turning again when it ends after all', async () => {
    await polling();
    const stuck = new Promise<void>((resolve) => (release = resolve));
    const read = world.a.read.bind(world.a);
    world.a.read = async (...words) => {
      await stuck;
      return await read(...words);
    };
    await world.clock.sleep(longestTurnMs(world.settings) + world.settings.pollMs, never);
    expect(turning()).toBe(false);
    release();
    await world.clock.sleep(2 * world.settings.pollMs, never);
    expect(turning()).toBe(true);
  });

  it('is given the time of its logins where the sockets are reached through SSH', async () => {
    await polling();
    const { settings } = world;
    const [first, ...others] = settings.loadBalancers;
    const login = settings.backends[0]!.servers[0]!.ssh!;
    const socket = {
      kind: 'ssh',
      login: { ...login, connectTimeoutMs: 30_000 },
      path: '/run/a.sock',
    } as const;
    const slow = { ...settings, loadBalancers: [{ ...first!, socket }, ...others] };
    expect(longestTurnMs(slow)).toBe(longestTurnMs(settings) + 60_000);
  });
});
