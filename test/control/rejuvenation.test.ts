import { describe, expect, it } from 'vitest';
import { serverRecord } from '../../src/domain/records.ts';
import { fakeWorld, follow, never, request, type FakeWorld } from '../fakes/world.ts';

const web1 = 'shop/web1';
const web4 = 'shop/web4';

function recordOf(world: FakeWorld, server: string) {
  return serverRecord(world.store.records, request('ready', server).target);
}

describe('the rejuvenation of one server', () => {
  it('goes through its phases in order and ends with the spare serving and the server as the next spare', async () => {
    const world = fakeWorld();
    world.shop.server('web1').busy = 4;
    const { lines, last } = await follow(world.control, request('rejuvenation', 'web1'));
    expect(last).toMatchObject({ state: 'completed', phase: 'completed', code: null, spare: 'web4' });
    const phases = lines.map(({ phase }) => phase).filter((phase, i, all) => phase !== all[i - 1]);
    expect(phases).toEqual([
      'requested', 'activating', 'duplexing', 'admitting', 'draining', 'rejuvenating', 'verifying', 'registering', 'completed',
    ]); // prettier-ignore
    for (const one of [world.a, world.b]) {
      expect(one.admin(web1)).toBe('maint');
      expect(one.admin(web4)).toBe('ready');
    }
    expect(recordOf(world, 'web4').role).toBe('primary');
    expect(recordOf(world, 'web1').role).toBe('spare');
    expect(recordOf(world, 'web1').verifiedAt).not.toBeNull();
    expect(world.shop.server('web1').boots).toBe(1);
    expect(world.shop.server('web1').running).toBe(false);
  });

  it('makes the spare ready only after both have checked it, and drains only after that', async () => {
    const world = fakeWorld();
    await follow(world.control, request('rejuvenation', 'web1'));
    const sets = world.a.faults.calls.filter((call) => call.startsWith('setAdmin '));
    expect(sets).toEqual([
      `setAdmin ${web4} drain`,
      `setAdmin ${web4} ready`,
      `setAdmin ${web1} drain`,
      `setAdmin ${web1} maint`,
      `setAdmin ${web1} drain`,
      `setAdmin ${web1} maint`,
    ]);
  });

  it('can be done again at once with the server that came back, since it is the spare now', async () => {
    const world = fakeWorld();
    expect((await follow(world.control, request('rejuvenation', 'web1'))).last.state).toBe('completed');
    const second = await follow(world.control, request('rejuvenation', 'web2'));
    expect(second.last).toMatchObject({ state: 'completed', spare: 'web1' });
  });

  it('waits for the requests in progress before it reboots', async () => {
    const world = fakeWorld();
    Object.assign(world.shop.server('web1'), { busy: 3, requestMs: 20_000 });
    const { lines } = await follow(world.control, request('rejuvenation', 'web1'));
    const waiting = lines.filter(({ sessions }) => sessions['lb-a'] === 3 && sessions['lb-b'] === 3);
    expect(waiting.length).toBeGreaterThan(0);
    const rebooting = lines.findIndex(({ phase }) => phase === 'rejuvenating');
    expect(lines.findLastIndex((line) => line.phase === 'draining' && waiting.includes(line))).toBeLessThan(
      rebooting,
    );
    expect(lines[rebooting - 1]?.message).toContain('nothing in progress');
  });

  it('gives clients bound by a cookie their grace, and then moves them with maint', async () => {
    const world = fakeWorld();
    world.shop.server('web1').bound = 2;
    const { lines, last } = await follow(world.control, request('rejuvenation', 'web1'));
    expect(last.state).toBe('completed');
    const grace = lines.filter(({ step }) => step === 'grace').map(({ time }) => Date.parse(time));
    expect((grace.at(-1) ?? 0) - (grace[0] ?? 0)).toBeGreaterThanOrEqual(29_000);
  });

  it('switches agent checks off before it drains, and puts them back as they were', async () => {
    const world = fakeWorld();
    for (const one of [world.a, world.b])
      Object.assign(one.row(web1), { agentConfigured: true, agentEnabled: true });
    await follow(world.control, request('rejuvenation', 'web1'));
    const calls = world.a.faults.calls.filter((call) => call.includes(web1) && call.startsWith('set'));
    expect(calls[0]).toBe(`setAgent ${web1} off`);
    expect(calls.at(-1)).toBe(`setAgent ${web1} on`);
    expect(world.b.row(web1).agentEnabled).toBe(true);
  });

  it('writes what it is about to set before it sets it', async () => {
    const world = fakeWorld();
    await follow(world.control, request('rejuvenation', 'web1'));
    const intents = world.store.of('admin-intended');
    expect(intents.filter(({ loadBalancer }) => loadBalancer === 'lb-a')).toHaveLength(6);
  });

  it('sets its own states again on a load balancer that forgot them in a reload', async () => {
    const world = fakeWorld({ settings: { oldWorkersGoneMs: 5_000 } });
    Object.assign(world.shop.server('web1'), { busy: 3, requestMs: 20_000 });
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    let reloaded = false;
    let last = '';
    for await (const line of world.control.watch(id, never)) {
      last = line.state;
      if (line.step === 'grace' && !reloaded) {
        reloaded = true;
        world.a.reload([web4]);
      }
    }
    expect(reloaded).toBe(true);
    expect(last).toBe('completed');
    expect(world.a.admin(web1)).toBe('maint');
  });

  it('sets its last state again where a state file was saved right before it was set', async () => {
    const world = fakeWorld({ settings: { oldWorkersGoneMs: 5_000 } });
    Object.assign(world.shop.server('web1'), { busy: 3, requestMs: 20_000 });
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    let reloaded = false;
    let last = '';
    for await (const line of world.control.watch(id, never)) {
      last = line.state;
      if (line.step === 'await-idle' && !reloaded) {
        reloaded = true;
        // Saved in its drain; the maint that came before the new process read the file is not in it.
        world.a.reload([web4]);
        world.a.setByHand(web4, 'ready');
        world.a.setByHand(web1, 'drain');
      }
    }
    expect(reloaded).toBe(true);
    expect(last).toBe('completed');
    expect(world.a.admin(web1)).toBe('maint');
  });
});

describe('a switchover', () => {
  it('stops at maint and holds the server for a person, who ends that with ready', async () => {
    const world = fakeWorld();
    const { last } = await follow(world.control, request('switchover', 'web1'));
    expect(last.state).toBe('completed');
    expect(world.shop.server('web1').boots).toBe(0);
    expect(world.a.admin(web1)).toBe('maint');
    expect(world.a.admin(web4)).toBe('ready');
    expect(recordOf(world, 'web1').hold).not.toBeNull();
    expect((await follow(world.control, request('ready', 'web1'))).last.state).toBe('completed');
    expect(world.b.admin(web1)).toBe('ready');
    expect(recordOf(world, 'web1').hold).toBeNull();
  });
});
