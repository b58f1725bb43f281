import { describe, expect, it } from 'vitest';
import type { LocalControl } from '../../src/control/local-control.ts';
import type { OperationId } from '../../src/domain/names.ts';
import { backendName } from '../../src/domain/names.ts';
import type { Progress } from '../../src/domain/progress.ts';
import type { Roll, RollRequest } from '../../src/domain/roll.ts';
import type { RollingSettings } from '../../src/domain/settings.ts';
import { fakeWorld, never, request, until, type FakeWorld } from '../fakes/world.ts';
import { ordeal, untilTrue } from '../fakes/ordeal.ts';
import { activeShop } from './active-shop.ts';
import { last, pass, quickly, stepBegun } from './quick-shop.ts';

const rolling: RollingSettings = { maxFailed: 0, pauseMs: 60_000, askAfter: [] };

const wanted = (change: Partial<RollRequest> = {}): RollRequest => ({
  backend: backendName('shop'),
  by: 'anna',
  reason: 'a new kernel',
  force: false,
  maxFailed: null,
  ...change,
});

function rollingShop(change: Partial<RollingSettings> = {}): FakeWorld {
  return activeShop({ source: 'sidecar', backend: { rolling: { ...rolling, ...change } } });
}

const rollOf = (world: FakeWorld): Roll => world.store.records.rolls.at(-1)!;
const ended = (world: FakeWorld): (() => boolean) => {
  return () => rollOf(world).end !== null;
};
const story = (world: FakeWorld): string[] =>
  world.store.records.operations.map(({ server, phase }) => `${server} ${phase}`);

async function begun(world: FakeWorld, change: Partial<RollRequest> = {}): Promise<OperationId> {
  await world.control.start(never);
  return await world.control.beginRoll(wanted(change), never);
}

async function linesOf(control: LocalControl, id: OperationId): Promise<Progress[]> {
  const lines: Progress[] = [];
  for await (const line of control.watch(id, never)) lines.push(line);
  return lines;
}

describe('all servers of a backend', () => {
  it('are rejuvenated one after another, in the order of the file, with pauses between', async () => {
    const world = rollingShop();
    const id = await begun(world);
    const lines = await linesOf(world.control, id);
    expect(story(world)).toEqual(['web1 completed', 'web2 completed', 'web3 completed', 'web4 completed']);
    const { operations } = world.store.records;
    for (const [index, one] of operations.slice(1).entries()) {
      expect(one.startedAt - operations[index]!.endedAt!).toBeGreaterThanOrEqual(60_000);
      expect(one.roll).toBe(id);
    }
    expect(rollOf(world).end).toMatchObject({ phase: 'completed', code: null });
    expect(lines.at(-1)).toMatchObject({ operation: id, state: 'completed', code: null });
    expect(lines.slice(0, -1).every(({ state }) => state === 'running')).toBe(true);
    expect(lines.some(({ message }) => message.startsWith('pauses until'))).toBe(true);
    await world.control.stop();
  });

  it('are the primaries where there is a spare, which rotates', async () => {
    const world = fakeWorld({ source: 'sidecar', settings: { oldWorkersGoneMs: 1_000 }, backend: quickly });
    await begun(world);
    await untilTrue(world, ended(world));
    expect(story(world)).toEqual(['web1 completed', 'web2 completed', 'web3 completed']);
    expect(world.store.records.operations.map(({ spare }) => spare)).toEqual(['web4', 'web1', 'web2']);
    await world.control.stop();
  });

  it('are left alone after the first that does not go well, and a person is told', async () => {
    const world = rollingShop();
    world.hosts.fates.set('web2', 'never-returns');
    await begun(world);
    await untilTrue(world, ended(world));
    expect(story(world)).toEqual(['web1 completed', 'web2 failed']);
    expect(rollOf(world).end).toMatchObject({ phase: 'failed', code: 'roll-stopped' });
    expect(world.store.of('alert').map(({ code }) => code)).toContain('roll-stopped');
    await world.control.stop();
  });

  it('are gone on with where one may fail', async () => {
    const world = rollingShop();
    world.hosts.fates.set('web2', 'never-returns');
    await begun(world, { maxFailed: 1 });
    await untilTrue(world, ended(world));
    expect(story(world)).toEqual(['web1 completed', 'web2 failed', 'web3 completed', 'web4 completed']);
    expect(rollOf(world).end).toMatchObject({
      phase: 'failed',
      reason: '1 of 4 did not go well, 0 were not begun',
    });
    await world.control.stop();
  });

  it('wait for a person where that is configured, until the person says go on', async () => {
    const world = rollingShop({ askAfter: [1] });
    const id = await begun(world);
    await untilTrue(world, () => rollOf(world).askingSince !== null);
    await pass(world, 600_000);
    expect(story(world)).toEqual(['web1 completed']);
    const { rolls } = await world.control.status(never);
    expect(rolls).toMatchObject([{ id, through: 1, failed: 0 }]);
    expect(rolls[0]?.askingSince).not.toBeNull();
    await world.control.continueRoll(id, 'bert', never);
    await untilTrue(world, ended(world));
    expect(story(world)).toHaveLength(4);
    await expect(world.control.continueRoll(id, 'bert', never)).rejects.toMatchObject({
      code: 'operation-ended',
    });
    await world.control.stop();
  });

  it('are stopped by abort: the one under way is rolled back where it still can be', async () => {
    const world = rollingShop();
    world.shop.server('web1').stuck = 1;
    const id = await begun(world);
    await until(world, stepBegun('await-idle'));
    await world.control.abort(id, 'anna', 'enough', never);
    await untilTrue(world, ended(world));
    expect(story(world)).toEqual(['web1 aborted']);
    expect(rollOf(world).end).toMatchObject({ phase: 'aborted', code: 'aborted' });
    await world.control.stop();
  });

  it('finish the one under way where it is past its first action, and end then', async () => {
    const world = rollingShop();
    const id = await begun(world);
    await until(world, stepBegun('reboot'));
    await world.control.abort(id, 'anna', 'enough', never);
    await untilTrue(world, ended(world));
    expect(story(world)).toEqual(['web1 completed']);
    expect(rollOf(world).end).toMatchObject({ phase: 'aborted' });
    await world.control.stop();
  });

  it('end where the rejuvenation under way is aborted by itself', async () => {
    const world = rollingShop();
    world.shop.server('web1').stuck = 1;
    await begun(world);
    await until(world, stepBegun('await-idle'));
    await world.control.abort(last(world).id, 'anna', 'enough', never);
    await untilTrue(world, ended(world));
    expect(rollOf(world).end).toMatchObject({ phase: 'aborted' });
    await world.control.stop();
  });

  it('pass over one that cannot begin, and wait out what passes by itself', async () => {
    const world = rollingShop({ maxFailed: 1 });
    await world.control.start(never);
    await world.control.begin(request('drain', 'web2', { reason: 'disk' }), never);
    await untilTrue(world, () => last(world).endedAt !== null);
    await world.control.beginRoll(wanted(), never);
    await world.control.pause(
      { by: 'bert', reason: 'deploy', until: null, rollBack: false, includingFailover: false },
      never,
    );
    await pass(world, 600_000);
    expect(story(world)).toEqual(['web2 completed']);
    await world.control.resume('bert', null, never);
    await untilTrue(world, ended(world));
    expect(rollOf(world).passedOver).toMatchObject([{ server: 'web2', code: 'held' }]);
    expect(story(world).slice(1)).toEqual(['web1 completed', 'web3 completed', 'web4 completed']);
    await world.control.stop();
  });

  it('are refused at once where the first one is, and where they are gone through already', async () => {
    const world = rollingShop();
    await world.control.start(never);
    world.shop.server('web2').passesCheck = false;
    world.shop.server('web3').passesCheck = false;
    await pass(world, 10_000);
    await expect(world.control.beginRoll(wanted(), never)).rejects.toMatchObject({ code: 'min-serving' });
    expect(world.store.records.rolls).toEqual([]);
    world.shop.server('web2').passesCheck = true;
    world.shop.server('web3').passesCheck = true;
    await pass(world, 10_000);
    await world.control.beginRoll(wanted(), never);
    await expect(world.control.beginRoll(wanted(), never)).rejects.toMatchObject({ code: 'roll-running' });
    await world.control.stop();
  });
});

describe('a roll whose sidecar is killed', () => {
  it.each([3_000, 20_000, 45_000, 70_000, 100_000, 160_000])(
    'goes on after %i ms, and no server is rebooted twice',
    async (ms) => {
      const world = rollingShop();
      const here = await ordeal(world);
      await here.control.beginRoll(wanted(), never);
      await pass(world, ms);
      await here.restart();
      await untilTrue(world, ended(world));
      expect(rollOf(world).end).toMatchObject({ phase: 'completed' });
      for (const name of ['web1', 'web2', 'web3', 'web4']) {
        expect(world.shop.server(name).boots, name).toBe(1);
      }
      await here.control.stop();
    },
  );
});
