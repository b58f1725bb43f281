import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../src/domain/errors.ts';
import { serverRecord } from '../../src/domain/records.ts';
import type { BakeSettings, RampSettings } from '../../src/domain/settings.ts';
import { fakeWorld, follow, never, request, until, type FakeWorld } from '../fakes/world.ts';
import { activeShop } from './active-shop.ts';
import { last, pass, quickly, stepBegun, web1, web4 } from './quick-shop.ts';

const ramp: RampSettings = { steps: [0.1, 0.5, 1], everyMs: 60_000 };
const bake: BakeSettings = { forMs: 600_000, errors: 2, latency: 1.5, minRequests: 100 };

const rampedShop = (backend: { ramp?: RampSettings | null; bake?: BakeSettings | null } = {}): FakeWorld =>
  activeShop({ source: 'sidecar', backend: { ramp, ...backend } });

/** What was set on lb-a for a server, in order. */
const acts = (world: FakeWorld, id: string): string[] =>
  world.a.faults.calls
    .filter((call) => call.startsWith('setWeight ') || call.startsWith('setAdmin '))
    .flatMap((call) => (call.includes(`${id} `) ? [call.split(' ').at(-1)!] : []));

const weights = (world: FakeWorld, id: string): number[] =>
  [world.a, world.b].map((one) => one.row(id).weight);

const recordOf = (world: FakeWorld, server: string) =>
  serverRecord(world.store.records, request('ready', server).target);

const stage = (share: number) => stepBegunAfter(({ step }) => step.kind === 'weight' && step.share === share);

/** The bake after the weight step that fits. */
function stepBegunAfter(fits: (planned: { step: { kind: string; share?: number } }) => boolean) {
  return ({ steps }: ReturnType<typeof last>): boolean => {
    const at = steps.findIndex(({ step }) => fits({ step }));
    return steps.slice(at).some(({ step, state }) => step.kind === 'bake' && state === 'begun');
  };
}

/** Every server answers the same number of requests, so many per look. */
function traffic(world: FakeWorld, requests = 20): void {
  for (const name of ['web1', 'web2', 'web3', 'web4']) world.shop.server(name).busy = requests;
}

describe('a weight ramp', () => {
  it('sets a part of the weight before the server is ready, and ends at exactly what it was', async () => {
    const world = rampedShop();
    for (const one of [world.a, world.b]) Object.assign(one.row(web1), { weight: 64, configuredWeight: 64 });
    const { last: end } = await follow(world.control, request('rejuvenation', 'web1'));
    expect(end.state).toBe('completed');
    expect(acts(world, web1)).toEqual(['drain', 'maint', 'drain', '6', 'ready', '32', '64']);
    expect(weights(world, web1)).toEqual([64, 64]);
  });

  it('stays at each share for its time', async () => {
    const world = rampedShop();
    await follow(world.control, request('rejuvenation', 'web1'));
    const stays = last(world).steps.filter(({ step }) => step.kind === 'bake');
    expect(stays.map(({ beganAt, endedAt }) => Math.round((endedAt! - beganAt!) / 1_000))).toEqual([60, 60]);
  });

  it('goes back to what a person had set before, not to what is configured', async () => {
    const world = rampedShop();
    for (const one of [world.a, world.b]) one.row(web1).weight = 40;
    await follow(world.control, request('rejuvenation', 'web1'));
    expect(acts(world, web1).filter((act) => /\d/.test(act))).toEqual(['4', '20', '40']);
  });

  it('says that a weight of 1 has no parts, and gives all at once', async () => {
    const world = rampedShop();
    for (const one of [world.a, world.b]) Object.assign(one.row(web1), { weight: 1, configuredWeight: 1 });
    await follow(world.control, request('rejuvenation', 'web1'));
    const [first] = last(world).steps.filter(({ step }) => step.kind === 'weight');
    expect(first?.detail).toContain('no smaller share: all at once');
    expect(weights(world, web1)).toEqual([1, 1]);
  });

  it('sets the part again, before it makes the server ready, on a load balancer that forgot both', async () => {
    const world = rampedShop();
    await world.control.start(never);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stage(0.1));
    world.a.reload([web1]);
    world.a.faults.calls.length = 0;
    await pass(world, 10_000);
    expect(acts(world, web1)).toEqual(['10', 'ready']);
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world).phase).toBe('completed');
    expect(weights(world, web1)).toEqual([100, 100]);
    await world.control.stop();
  });

  it('leaves the weight alone that a person sets in the middle, and tells so once', async () => {
    const world = rampedShop();
    await world.control.start(never);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stage(0.1));
    world.a.row(web1).weight = 77;
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world).phase).toBe('completed');
    expect(weights(world, web1)).toEqual([77, 100]);
    expect(world.store.of('alert').map(({ code }) => code)).toEqual(['weight-by-hand']);
    await world.control.stop();
  });

  it('gives the whole weight at once where the balancing knows no parts, and tells a person', async () => {
    const world = rampedShop();
    for (const one of [world.a, world.b]) {
      const command = 'set server shop/web1 weight 10';
      const reply = 'Backend is using a static LB algorithm';
      one.faults.fail(
        'setWeight',
        new RejuvError('haproxy-refused', { loadBalancer: one.name, command, reply }),
        1,
      );
    }
    await follow(world.control, request('rejuvenation', 'web1'));
    expect(last(world).phase).toBe('completed');
    expect(weights(world, web1)).toEqual([100, 100]);
    expect(world.store.of('alert').map(({ code }) => code)).toEqual(['weight-refused', 'weight-refused']);
  });

  it('goes on after a crash, and ends at the whole weight', async () => {
    const world = rampedShop();
    await world.control.start(never);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stage(0.5));
    const second = world.restart();
    await second.start(never);
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(weights(world, web1)).toEqual([100, 100]);
    await second.stop();
  });

  it('gives the whole weight back where it is aborted', async () => {
    const world = rampedShop();
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stage(0.1));
    await world.control.abort(id, 'anna', 'enough of it', never);
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(weights(world, web1)).toEqual([100, 100]);
    expect(world.a.admin(web1)).toBe('ready');
  });

  it('ramps a spare before the aged server drains, and takes all back where it is aborted', async () => {
    const world = fakeWorld({ backend: { ...quickly, ramp } });
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stepBegun('bake', 'admitting'));
    expect(weights(world, web4)).toEqual([10, 10]);
    expect(world.a.admin(web4)).toBe('ready');
    expect(world.a.admin(web1)).toBe('ready');
    world.a.faults.calls.length = 0;
    await world.control.abort(id, 'anna', 'enough', never);
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world).phase).toBe('aborted');
    // In drain, with nobody there to feel it.
    expect(acts(world, web4)).toEqual(['drain', '100', 'maint']);
    expect(world.b.admin(web4)).toBe('maint');
  });
});

describe('a bake', () => {
  it('passes a server that fares as its peers, and says with which figures', async () => {
    const world = rampedShop({ ramp: null, bake });
    traffic(world);
    await follow(world.control, request('rejuvenation', 'web1'));
    expect(last(world).phase).toBe('completed');
    const detail = last(world).steps.find(({ step }) => step.kind === 'bake')?.detail;
    expect(detail).toMatch(/^0 error\(s\) in \d+ request\(s\) \(0 %\), 5 ms; its peers 0 error\(s\) in \d+/);
  });

  it('says that it cannot tell where there is too little traffic', async () => {
    const world = rampedShop({ ramp: null, bake });
    await follow(world.control, request('rejuvenation', 'web1'));
    expect(last(world).phase).toBe('completed');
    expect(last(world).steps.find(({ step }) => step.kind === 'bake')?.detail).toContain(
      'too few requests to tell',
    );
  });

  it.each<[string, (world: FakeWorld) => void, string]>([
    ['makes more errors', (world) => (world.shop.server('web1').errors += 40), 'times the errors'],
    ['is slower', (world) => (world.shop.server('web1').responseMs = 60), 'times as slow'],
  ])('drains a server again that %s, holds it, and tells a person the figures', async (_, spoil, said) => {
    const world = rampedShop({ ramp: null, bake });
    traffic(world);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stepBegun('bake'));
    spoil(world);
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world)).toMatchObject({ phase: 'failed', cause: { code: 'worse-than-peers' } });
    expect(last(world).cause?.reason).toContain(said);
    expect([world.a.admin(web1), world.b.admin(web1)]).toEqual(['maint', 'maint']);
    expect(recordOf(world, 'web1').hold).toMatchObject({ failed: true });
    expect(recordOf(world, 'web1').hold?.reason).toContain(said);
    expect(world.store.of('alert').map(({ code }) => code)).toEqual(['worse-than-peers']);
    expect(acts(world, web1)).toEqual(['drain', 'maint', 'drain', 'ready', 'drain', 'maint']);
  });

  it('drains it in the middle of a ramp too, and gives its weight back once it is out', async () => {
    const world = rampedShop({ bake });
    traffic(world);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stage(0.1));
    world.shop.server('web1').errors += 60;
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world).phase).toBe('failed');
    expect(acts(world, web1)).toEqual(['drain', 'maint', 'drain', '10', 'ready', 'drain', 'maint', '100']);
  });

  it('takes out at once what does not stay up', async () => {
    const world = rampedShop({ ramp: null, bake });
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stepBegun('bake'));
    world.shop.server('web1').passesCheck = false;
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world).cause?.reason).toMatch(/has it as ready, down/);
    expect(world.a.admin(web1)).toBe('maint');
  });

  it('leaves it in service where too few others serve, and says so', async () => {
    const world = rampedShop({ ramp: null, bake });
    traffic(world);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stepBegun('bake'));
    for (const name of ['web2', 'web3']) world.shop.server(name).passesCheck = false;
    await pass(world, 5_000);
    world.shop.server('web1').errors += 60;
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world)).toMatchObject({ phase: 'failed', cause: { code: 'worse-than-peers' } });
    expect(world.a.admin(web1)).toBe('ready');
    expect(recordOf(world, 'web1').hold).toBeNull();
    expect(world.store.of('alert')[0]?.message).toMatch(
      /times the errors.*it still serves: backend shop would be left with/,
    );
  });

  it('rolls a bad spare back before the aged server has left, and tells a person', async () => {
    const world = fakeWorld({ backend: { ...quickly, bake } });
    traffic(world);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stepBegun('bake'));
    world.shop.server('web4').errors += 60;
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world)).toMatchObject({ phase: 'aborted', cause: { code: 'worse-than-peers' } });
    expect([world.a.admin(web4), world.a.admin(web1)]).toEqual(['maint', 'ready']);
    expect(recordOf(world, 'web4').hold).toBeNull();
    expect(world.store.of('alert').map(({ code }) => code)).toEqual(['worse-than-peers']);
  });

  it('counts on from zero where a load balancer is reloaded in the middle', async () => {
    const world = rampedShop({ ramp: null, bake });
    traffic(world);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stepBegun('bake'));
    world.a.reload();
    for (const row of world.a.rows.values()) row.total = 0;
    await pass(world, 500_000);
    await until(world, ({ endedAt }) => endedAt !== null);
    expect(last(world).phase).toBe('completed');
  });
});
