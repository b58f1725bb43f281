import { describe, expect, it } from 'vitest';
import { serverRecord } from '../../src/domain/records.ts';
import { fakeWorld, follow, never, request, until, type FakeWorld } from '../fakes/world.ts';
import { activeShop } from './active-shop.ts';
import { stepBegun, web1 } from './quick-shop.ts';

const sets = (world: FakeWorld): string[] =>
  world.a.faults.calls.filter((call) => call.startsWith('setAdmin '));

/** Requests in progress, per load balancer. */
function busy(world: FakeWorld, load: Readonly<Record<string, number>>): void {
  for (const [server, count] of Object.entries(load)) world.shop.server(server).busy = count;
}

const receivers = (world: FakeWorld): string[] =>
  world.store.records.operations
    .at(-1)!
    .steps.flatMap(({ step }) => (step.kind === 'copy' ? [step.toServer.server] : []));

describe('a rejuvenation where all serve', () => {
  it('touches no other server, and ends with the server in service again', async () => {
    const world = activeShop();
    const { lines, last } = await follow(world.control, request('rejuvenation', 'web1'));
    expect(last).toMatchObject({ state: 'completed', spare: null, code: null });
    const phases = lines.map(({ phase }) => phase).filter((phase, i, all) => phase !== all[i - 1]);
    expect(phases).toEqual([
      'requested', 'duplexing', 'draining', 'rejuvenating', 'verifying', 'registering', 'completed',
    ]); // prettier-ignore
    expect(sets(world)).toEqual([
      `setAdmin ${web1} drain`,
      `setAdmin ${web1} maint`,
      `setAdmin ${web1} drain`,
      `setAdmin ${web1} ready`,
    ]);
    for (const name of ['web1', 'web2', 'web3', 'web4']) {
      expect([world.a.admin(`shop/${name}`), world.b.admin(`shop/${name}`)]).toEqual(['ready', 'ready']);
    }
    expect(world.shop.server('web1').boots).toBe(1);
    const record = serverRecord(world.store.records, request('ready', 'web1').target);
    expect(record.role).not.toBe('spare');
    expect(record.verifiedAt).not.toBeNull();
  });

  it('hands its state over to the server with most room', async () => {
    const world = activeShop();
    busy(world, { web2: 9, web3: 3, web4: 6 });
    await follow(world.control, request('rejuvenation', 'web1'));
    expect(receivers(world)).toEqual(['web3']);
  });

  it('measures room by the weights, and by the limits where every server has one', async () => {
    const world = activeShop();
    busy(world, { web2: 9, web3: 3, web4: 6 });
    for (const one of [world.a, world.b]) one.row('shop/web3').weight = 10;
    await follow(world.control, request('rejuvenation', 'web1'));
    expect(receivers(world)).toEqual(['web4']);
    for (const one of [world.a, world.b]) {
      for (const [name, limit] of Object.entries({ web1: 10, web2: 1000, web3: 10, web4: 10 })) {
        one.row(`shop/${name}`).maxSessions = limit;
      }
    }
    await follow(world.control, request('rejuvenation', 'web1'));
    expect(receivers(world)).toEqual(['web2']);
  });

  it('passes over who is held, and who is out, and is blocked where nobody is left', async () => {
    const world = activeShop({ backend: { minServing: 1 } });
    busy(world, { web2: 9, web3: 3, web4: 6 });
    await follow(world.control, request('drain', 'web3', { reason: 'to look at it' }));
    await follow(world.control, request('rejuvenation', 'web1'));
    expect(receivers(world)).toEqual(['web4']);
    world.a.setByHand('shop/web4', 'maint');
    world.shop.server('web2').passesCheck = false;
    await world.clock.sleep(5_000, never);
    await expect(world.control.begin(request('rejuvenation', 'web1'), never)).rejects.toMatchObject({
      code: 'min-serving',
    });
    const { blocked } = await world.control.dryRun(request('rejuvenation', 'web1'), never);
    const room = blocked.find(({ code }) => code === 'no-receiver')?.message;
    expect(room).toContain('web2 does not serve on lb-a: ready, down');
    expect(room).toContain('web3 is held (to look at it)');
    expect(room).toContain('web4 does not serve on lb-a: maint');
  });

  it('needs no other server to hand over to where nothing is handed over', async () => {
    const world = activeShop({ backend: { duplex: [], minServing: 3 } });
    expect((await follow(world.control, request('rejuvenation', 'web1'))).last.state).toBe('completed');
  });

  it('is blocked where too few would serve without it', async () => {
    const world = activeShop({ backend: { minServing: 4 } });
    await expect(world.control.begin(request('rejuvenation', 'web1'), never)).rejects.toMatchObject({
      code: 'min-serving',
    });
    expect(world.store.records.operations).toEqual([]);
  });

  it('admits the server again where it is rolled back', async () => {
    const world = activeShop();
    world.shop.server('web1').stuck = 1;
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stepBegun('await-idle'));
    await world.control.abort(id, 'anna', 'not now', never);
    const last = await until(world, ({ endedAt }) => endedAt !== null);
    expect(last.phase).toBe('aborted');
    expect([world.a.admin(web1), world.b.admin(web1)]).toEqual(['ready', 'ready']);
  });

  it('lets go of the receiver once it has the state', async () => {
    const world = activeShop({ backend: { minServing: 1 } });
    world.shop.server('web1').stuck = 1;
    const id = await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, stepBegun('await-idle'));
    const [receiver] = receivers(world);
    const calendar = { ...world.settings.backends[0]!.calendar, maxAtOnce: 2 };
    expect(calendar.maxAtOnce).toBe(2);
    const why = await world.control.why(request('ready', receiver!).target, never);
    expect(why.next.operation).toBeNull();
    await world.control.abort(id, 'anna', 'enough', never);
    await until(world, ({ endedAt }) => endedAt !== null);
  });

  it('shows its steps in a dry run', async () => {
    const world = activeShop();
    const { spare, phases, blocked } = await world.control.dryRun(request('rejuvenation', 'web1'), never);
    expect(blocked).toEqual([]);
    expect(spare).toBeNull();
    expect(phases.map(({ phase }) => phase)).toEqual([
      'duplexing',
      'draining',
      'rejuvenating',
      'verifying',
      'registering',
    ]);
  });
});

describe('what there is no spare for', () => {
  it('a switchover is refused, with what to do instead', async () => {
    const world = activeShop();
    await expect(world.control.begin(request('switchover', 'web1'), never)).rejects.toMatchObject({
      code: 'no-standby',
      fix: 'take a server out with `rejuv drain` and then `rejuv maint`, or write `mode: active-standby`',
    });
  });

  it('no server can be made a spare', async () => {
    const world = activeShop();
    const target = request('ready', 'web1').target;
    await expect(world.control.setRole(target, 'spare', 'anna', null, never)).rejects.toMatchObject({
      code: 'no-standby',
    });
  });
});

describe('a mode that changes', () => {
  it('holds from the next operation: who was a spare waits for a person to put it into service', async () => {
    const standby = fakeWorld();
    await follow(standby.control, request('rejuvenation', 'web1'));
    const active = {
      ...standby.world,
      settings: {
        ...standby.settings,
        backends: standby.settings.backends.map((one) => ({
          ...one,
          mode: 'active-active' as const,
          spare: { ...one.spare, start: null, stop: null },
        })),
      },
    };
    const { createControl } = await import('../../src/control/local-control.ts');
    const control = createControl(active);
    await standby.clock.sleep(600_000, never);
    standby.shop.setRunning('web1', true);
    expect((await follow(control, request('ready', 'web1'))).last.state).toBe('completed');
    expect(standby.a.admin(web1)).toBe('ready');
    const { last } = await follow(control, request('rejuvenation', 'web2'));
    expect(last).toMatchObject({ state: 'completed', spare: null });
    expect(standby.b.admin('shop/web2')).toBe('ready');
  });
});
