import { describe, expect, it } from 'vitest';
import { observeHistory, type Observations } from '../../../src/model/estimate/history.ts';
import { backendName, operationId, serverName } from '../../../src/domain/names.ts';
import type { Operation, PlannedStep } from '../../../src/domain/operation.ts';
import { fakeWorld, follow, never, request, type FakeWorld } from '../../fakes/world.ts';

const shop = backendName('shop');
const hour = 3_600_000;
const day = 24 * hour;

/** Three weekly rejuvenations by the real engine: web1, then web2, then web4, which was the first to take over. */
async function threeWeeks(): Promise<FakeWorld> {
  const world = fakeWorld();
  for (const server of ['web1', 'web2', 'web4']) {
    await follow(world.control, request('rejuvenation', server));
    await world.clock.sleep(7 * day, never);
  }
  return world;
}

function seen(
  world: FakeWorld,
  operations: readonly Operation[],
  without?: ReadonlySet<string>,
): Observations {
  return observeHistory({ operations }, shop, world.clock.now(), without);
}

/** The same operations with one of them changed. */
function changed(world: FakeWorld, index: number, change: (o: Operation) => Partial<Operation>): Operation[] {
  return world.store.records.operations.map((o, i) => (i === index ? { ...o, ...change(o) } : o));
}

function stepsWith(operation: Operation, index: number, change: Partial<PlannedStep>): PlannedStep[] {
  return operation.steps.map((step, i) => (i === index ? { ...step, ...change } : step));
}

describe('the history of the sidecar', () => {
  it('gives the time that each server served since its last restart, ended by a rejuvenation or open', async () => {
    const world = await threeWeeks();
    const { lives } = seen(world, world.store.records.operations);
    const rounded = lives.map(({ server, hours, failed, end, operation }) => ({
      server,
      days: Math.round(hours / 24),
      failed,
      end,
      operation,
    }));
    expect(rounded).toEqual([
      { server: 'shop/web4', days: 14, failed: false, end: 'rejuvenation', operation: 'op-3' },
      { server: 'shop/web1', days: 14, failed: false, end: 'open', operation: null },
      { server: 'shop/web2', days: 7, failed: false, end: 'open', operation: null },
    ]);
  });

  it('leaves out the first time in service, whose beginning nobody has seen, and says so', async () => {
    const world = await threeWeeks();
    const { leftOut } = seen(world, world.store.records.operations);
    expect(leftOut.map(({ server }) => server)).toEqual(['shop/web1', 'shop/web2']);
    expect(leftOut[0]?.why).toMatch(/its last restart before 2026-03-02T.* is not in the records/);
  });

  it('gives the durations of boots, activations, switchovers and whole rejuvenations', async () => {
    const world = await threeWeeks();
    const { boots, activations, switchovers, rejuvenations, repairs } = seen(
      world,
      world.store.records.operations,
    );
    for (const durations of [boots, activations, switchovers, rejuvenations]) {
      expect(durations).toHaveLength(3);
      expect(durations.every(({ complete, hours }) => complete && hours > 0 && hours < 1)).toBe(true);
    }
    expect(boots[0]).toMatchObject({ server: 'shop/web1', operation: 'op-1' });
    expect(switchovers[0]).toMatchObject({ server: 'shop/web4', operation: 'op-1' });
    expect(rejuvenations[0]!.hours).toBeGreaterThan(boots[0]!.hours);
    expect(repairs).toEqual([]);
  });

  it('marks a life that a symptom ended, because its end is no accident', async () => {
    const world = await threeWeeks();
    const { lives } = seen(
      world,
      changed(world, 2, () => ({ trigger: 'threshold' })),
    );
    expect(lives[0]).toMatchObject({ server: 'shop/web4', end: 'symptom', failed: false });
  });

  it('ends a life by a failure where a fault began the operation, and counts the repair', async () => {
    const world = await threeWeeks();
    const { lives, repairs } = seen(
      world,
      changed(world, 2, () => ({ kind: 'failover', trigger: 'fault' })),
    );
    expect(lives[0]).toMatchObject({ server: 'shop/web4', end: 'failure', failed: true });
    expect(repairs).toHaveLength(1);
    expect(repairs[0]).toMatchObject({ server: 'shop/web4', operation: 'op-3', complete: true });
    expect(repairs[0]!.hours).toBeGreaterThan(0);
  });

  it('lets a server that was only put out for a while go on with its age', async () => {
    const world = await threeWeeks();
    await follow(world.control, request('maint', 'web1', { force: true, reason: 'cable' }));
    await world.clock.sleep(2 * day, never);
    await follow(world.control, request('ready', 'web1'));
    await world.clock.sleep(1 * day, never);
    const { lives } = seen(world, world.store.records.operations);
    const life = lives.find(({ server }) => server === 'shop/web1');
    expect(Math.round(life!.hours / 24)).toBe(15);
    expect(life!.end).toBe('open');
  });

  it('lets a server go on with its age after a rejuvenation that was rolled back before its first action', async () => {
    const world = await threeWeeks();
    // The host does not answer, so nothing is done to it and everything is put back.
    world.shop.server('web1').stuck = 1;
    const following = follow(world.control, request('rejuvenation', 'web1'));
    await world.clock.sleep(hour, never);
    await world.control.abort(operationId('op-4'), 'anna', 'too long', never);
    world.shop.server('web1').stuck = 0;
    expect((await following).last.phase).toBe('aborted');
    await world.clock.sleep(1 * day, never);
    const { lives, rejuvenations } = seen(world, world.store.records.operations);
    const ofWeb1 = lives.filter(({ server }) => server === 'shop/web1');
    expect(ofWeb1).toHaveLength(1);
    expect(ofWeb1[0]!.end).toBe('open');
    expect(ofWeb1[0]!.hours / 24).toBeGreaterThan(14.9);
    expect(ofWeb1[0]!.hours / 24).toBeLessThan(15.1);
    expect(rejuvenations).toHaveLength(3);
  });

  it('says nothing of servers in other backends', async () => {
    const world = await threeWeeks();
    const other = observeHistory(world.store.records, backendName('blog'), world.clock.now());
    const nothing = { lives: [], leftOut: [], repairs: [], rejuvenations: [], boots: [] };
    expect(other).toEqual({ ...nothing, activations: [], switchovers: [] });
  });

  it('is empty where nothing has happened', () => {
    expect(observeHistory({ operations: [] }, shop, 0).lives).toEqual([]);
  });
});

describe('a damaged history', () => {
  it.each([
    ['an operation that ends before it begins', 2, () => ({ endedAt: 0 }), 'operation op-3.endedAt'],
    ['an end that is missing', 1, () => ({ endedAt: null }), 'operation op-2.endedAt'],
    ['an end of what still runs', 2, () => ({ phase: 'draining' as const }), 'operation op-3.endedAt'],
    ['a beginning that is none', 0, () => ({ startedAt: NaN }), 'operation op-1.startedAt'],
    [
      'a step that ran backwards',
      0,
      (o: Operation) => ({ steps: stepsWith(o, 3, { endedAt: o.startedAt - 1 }) }),
      'operation op-1.steps[3].endedAt',
    ],
    [
      'a step whose beginning is missing',
      0,
      (o: Operation) => ({ steps: stepsWith(o, 3, { beganAt: null }) }),
      'operation op-1.steps[3].beganAt',
    ],
    [
      'a step whose end is missing',
      0,
      (o: Operation) => ({ steps: stepsWith(o, 3, { endedAt: null }) }),
      'operation op-1.steps[3].endedAt',
    ],
  ])('is refused for %s, and the place is named', async (_, index, change, place) => {
    const world = await threeWeeks();
    expect(() => seen(world, changed(world, index, change))).toThrow(
      expect.objectContaining({ code: 'model-input', where: place }),
    );
  });

  it('is refused for two operations at once on one server', async () => {
    const world = await threeWeeks();
    const [first] = world.store.records.operations;
    const twin = { ...first!, id: operationId('twin') };
    expect(() => seen(world, [first!, twin])).toThrow(
      'cannot use operation twin.startedAt: it begins before operation op-1 on shop/web4 has ended',
    );
  });

  it('is refused where an operation began before the one recorded before it', async () => {
    const world = await threeWeeks();
    const back = world.store.records.operations.toReversed();
    expect(() => seen(world, back)).toThrow(
      'operation op-2.startedAt: it is recorded after operation op-3 and begins before it; the clock ran backwards',
    );
  });

  it('is refused for what happens after now', async () => {
    const world = await threeWeeks();
    const { operations } = world.store.records;
    expect(() => observeHistory({ operations }, shop, operations[0]!.startedAt + 1)).toThrow(
      'lies after now',
    );
    expect(() => observeHistory({ operations }, shop, NaN)).toThrow('until');
  });

  it('can be used without the damaged operation; the age of its servers is unknown from then on', async () => {
    const world = await threeWeeks();
    const operations = changed(world, 1, () => ({ endedAt: 0 }));
    const { lives, boots } = seen(world, operations, new Set(['op-2']));
    expect(boots.map(({ operation }) => operation)).toEqual(['op-1', 'op-3']);
    // web2 came back asleep by op-2, and was seen to start in op-3; web1 has served since op-2 for all anybody knows.
    expect(lives.map(({ server }) => server)).toEqual(['shop/web4', 'shop/web2']);
  });

  it('says nothing of an operation that did nothing', () => {
    const bare: Operation = {
      id: operationId('bare'),
      kind: 'maint',
      backend: shop,
      server: serverName('web1'),
      spare: null,
      trigger: 'operator',
      by: null,
      reason: null,
      force: false,
      run: null,
      because: null,
      effect: null,
      startedAt: 10,
      phase: 'completed',
      phaseAt: 20,
      deadline: null,
      steps: [],
      abortAsked: null,
      cause: null,
      wayOutFrom: null,
      resumedAt: [],
      endedAt: 20,
    };
    expect(observeHistory({ operations: [bare] }, shop, 30).lives).toEqual([]);
  });
});
