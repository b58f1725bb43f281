import { describe, expect, it } from 'vitest';
import { createControl } from '../../src/control/local-control.ts';
import type { Records } from '../../src/domain/records.ts';
import { upgradeRecords } from '../../src/io/store/upgrade.ts';
import { carryThrough, ordeal, quiet, untilTrue } from '../fakes/ordeal.ts';
import { FakeStore } from '../fakes/store.ts';
import { fakeWorld, never, request, until } from '../fakes/world.ts';
import { last, pass, quickly, stepBegun, web1, web4 } from './quick-shop.ts';
import { watchedShop } from './watched-shop.ts';

describe('a repair', () => {
  it('a person who puts the failed server back ends its repair', async () => {
    const shop = await watchedShop({
      recover: [
        { kind: 'reboot', command: 'sudo -n systemctl reboot', deadlineMs: 60_000 },
        { kind: 'power-cycle', command: 'power-cycle {server}', deadlineMs: 10_000 },
      ],
    });
    const { world } = shop;
    const ran: string[] = [];
    Object.assign(world.world.runner, {
      run: (command: string) => {
        ran.push(command);
        return Promise.resolve({ status: 0, endedBy: null, stdout: '', stderr: '', truncated: false });
      },
    });
    world.hosts.fates.set('web1', 'never-returns');
    shop.crash('web1');
    await until(
      world,
      (o) =>
        o.kind === 'recovery' && o.steps.some(({ step, state }) => step.kind === 'mend' && state === 'begun'),
    );
    await pass(world, 5_000);
    for (const one of [world.a, world.b]) one.setByHand(web1, 'ready');
    await pass(world, 120_000);
    expect(ran).toEqual([]);
    await world.control.stop();
  });

  it('a person who does so between two rungs is not answered by a reboot', async () => {
    const shop = await watchedShop();
    const { world } = shop;
    world.hosts.slow.set('sudo -n mend-shop', 9_000);
    Object.assign(world.shop.server('web1'), { passesProbe: false });
    shop.crash('web1');
    await until(
      world,
      (o) =>
        o.kind === 'recovery' && o.steps.some(({ step, state }) => step.kind === 'mend' && state === 'begun'),
    );
    world.shop.setRunning('web1', true);
    Object.assign(world.shop.server('web1'), { busy: 5 });
    for (const one of [world.a, world.b]) one.setByHand(web1, 'ready');
    await pass(world, 60_000);
    expect(world.shop.server('web1').boots).toBe(0);
    await world.control.stop();
  });

  it('a repair does not reboot a host from which another backend is served', async () => {
    const { world } = await watchedShop();
    for (const one of [world.a, world.b]) one.add('api/web1', 'web1', 'ready');
    let served: string[] = [];
    world.hosts.onAct = (_server, what) => {
      if (!what.includes('reboot')) return;
      const rows = [world.a, world.b].flatMap((one) => one.now());
      served = rows.filter(({ id }) => id.backend === 'api').map((row) => `${row.admin} ${row.operational}`);
    };
    world.shop.server('web1').passesProbe = false; // shop hangs, HAProxy's check of api on the same host passes
    await pass(world, 180_000);
    expect(served).toEqual([]);
    await world.control.stop();
  });
});

describe('an operation that goes on after a restart', () => {
  it('a reboot that is ordered only after a restart has its whole time', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
    const here = await ordeal(world, (call, when) =>
      /reboot/.test(call.name) && when === 'before' ? 'die' : 'go',
    );
    expect(await carryThrough(here, request('rejuvenation', 'web1'))).toBe(false);
    await pass(world, 15 * 60_000);
    await here.restart();
    await untilTrue(world, () => quiet(world));
    expect(last(world).phase).toBe('completed');
    await here.control.stop();
  });

  it('a wall clock that goes back does not make a reboot doubtful', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
    const here = await ordeal(world, (call, when) =>
      /reboot/.test(call.name) && when === 'after' ? 'die' : 'go',
    );
    expect(await carryThrough(here, request('rejuvenation', 'web1'))).toBe(false);
    world.clock.jumpWall(-3_600_000);
    await pass(world, 60_000);
    await here.restart();
    await untilTrue(world, () => quiet(world));
    expect(last(world).phase).toBe('completed');
    await here.control.stop();
  });

  it('a wall clock that jumps ahead does not end the wait for old workers', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly });
    let at = 0;
    world.hosts.onAct = (_server, what) => {
      if (what.includes('reboot')) at = world.clock.monotonic();
    };
    await world.control.start(never);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'admitting');
    world.a.reload([web4]);
    const reloadedAt = world.clock.monotonic();
    world.clock.jumpWall(3_600_000);
    await pass(world, 700_000);
    expect(at - reloadedAt).toBeGreaterThan(590_000);
    await world.control.stop();
  });

  it('a failed step of older records, without its consequence, is not gone past', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly, settings: { oldWorkersGoneMs: 1_000 } });
    world.hosts.slow.set('sudo -n clean', 30_000);
    const here = await ordeal(world);
    await here.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'rejuvenating');
    here.life.end();
    const { records } = world.store;
    // As format 2 had it: without what came later. The `clean` failed, and its sidecar died before it recorded what follows.
    const failed = { state: 'failed' as const, endedAt: world.clock.now(), detail: 'exit status 2' };
    const second = JSON.parse(
      JSON.stringify({
        ...records,
        faults: undefined,
        operations: records.operations.map((operation) => ({
          ...operation,
          ...{ wayOutFrom: undefined, resumedAt: undefined },
          steps: operation.steps.map((planned) =>
            planned.step.kind === 'run' && planned.step.command === 'sudo -n clean'
              ? { ...planned, ...failed }
              : planned,
          ),
        })),
      }),
    ) as Records;
    const store = new FakeStore(upgradeRecords(2, second));
    const control = createControl({ ...world.world, store });
    await control.start(never);
    for (let n = 0; n < 600 && store.records.operations.at(-1)!.endedAt === null; n += 1)
      await pass(world, 1_000);
    const op = store.records.operations.at(-1)!;
    expect(op.phase).toBe('failed');
    expect(world.shop.server('web1').boots).toBe(0);
    await control.stop();
  });

  it('a drain that is at zero when its sidecar returns has not failed', async () => {
    const world = fakeWorld({ source: 'sidecar', backend: quickly });
    Object.assign(world.shop.server('web1'), { busy: 2, requestMs: 20_000 });
    const here = await ordeal(world);
    await here.control.begin(request('drain', 'web1'), never);
    await until(world, stepBegun('await-idle'));
    here.life.end();
    await pass(world, 300_000);
    await here.restart();
    await untilTrue(world, () => quiet(world));
    expect(last(world).phase).toBe('completed');
    await here.control.stop();
  });

  it('a rejuvenation whose deadline passed meanwhile gets the looks of a proof', async () => {
    const world = fakeWorld({
      source: 'sidecar',
      backend: { drain: { persistenceMs: 2_000, deadlineMs: 60_000, atDeadline: 'close' } },
      settings: { oldWorkersGoneMs: 1_000 },
    });
    Object.assign(world.shop.server('web1'), { busy: 2, requestMs: 20_000 });
    const here = await ordeal(world);
    await here.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stepBegun('await-idle'));
    here.life.end();
    await pass(world, 300_000);
    await here.restart();
    await untilTrue(world, () => quiet(world));
    expect(world.store.of('alert')).toEqual([]);
    await here.control.stop();
  });
});
