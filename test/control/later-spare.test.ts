import { describe, expect, it } from 'vitest';
import { openOperations } from '../../src/domain/records.ts';
import { never, request, until } from '../fakes/world.ts';
import { useWatchedShop } from './watched-shop.ts';

const { shop, world, pass, rest, states, record, kinds, told, crash } = useWatchedShop();

const out = ['maint', 'maint'];
const ready = ['ready', 'ready'];
const mend = 'sudo -n mend-shop';
const start = 'sudo -n systemctl start shop';

/** A shop whose only spare cannot be used: nobody can log in to start it. */
async function shopWithoutSpare(
  faults: Parameters<typeof shop>[0] = {},
  settings: Parameters<typeof shop>[2] = {},
): Promise<void> {
  // Two faults are no storm here.
  await shop({ storm: { share: 1 / 2, windowMs: 60_000, quietMs: 120_000 }, ...faults }, {}, settings);
  world().hosts.cutOff('web4');
  await pass(10_000);
}

function spareIsBack(): void {
  world().hosts.reconnect('web4');
}

async function whatIsDone(name: string): Promise<string> {
  const { watch } = await world().control.why(request('ready', name).target, never);
  return watch?.answer ?? '';
}

/** The application of web1 is up again once its ladder has restarted it. */
async function isRepaired(): Promise<void> {
  await until(world(), ({ kind, phase }) => kind === 'recovery' && phase === 'rejuvenating');
}

describe('a spare that becomes free later', () => {
  it('takes the place of a server that waits for one; what failed is held, and is no more a primary', async () => {
    await shopWithoutSpare({ recover: [] });
    crash('web1');
    await rest();
    expect([kinds(), told().at(-1)]).toEqual([['failover web1 completed'], 'not-replaced']);
    expect(await whatIsDone('web1')).toMatch(
      /^it is out: put back as soon as it passes again, replaced as soon as a spare is free \(web4 .*\)$/,
    );
    spareIsBack();
    await rest();
    expect(kinds()).toEqual(['failover web1 completed', 'failover web1 completed']);
    expect([states('web4'), states('web1')]).toEqual([ready, out]);
    expect([record('web4').role, record('web1').role]).toEqual(['primary', 'spare']);
    expect(record('web1').hold).toMatchObject({
      failed: true,
      reason: expect.stringMatching(/web4 took its place$/) as string,
    });
    // It was out already: nothing was done to it.
    const touched = world().store.records.operations[1]?.steps.filter(
      ({ step }) => step.server.server === 'web1',
    );
    expect(touched?.map(({ step }) => step.kind)).toEqual(['confirm-fault', 'roles', 'hold']);
    const { findings } = await world().control.status(never);
    expect(findings.map(({ message }) => message).join()).not.toContain('nothing takes its place');
  });

  it('is one that a person gives back with `role`', async () => {
    await shop({ recover: [] });
    world().shop.setRunning('web4', true);
    for (const to of ['drain', 'maint'] as const) {
      for (const one of [world().a, world().b]) one.setByHand('shop/web4', to);
      await pass(10_000);
    }
    crash('web1');
    await rest();
    expect(states('web4')).toEqual(out);
    await world().control.setRole(request('ready', 'web4').target, 'spare', 'anna', null, never);
    await rest();
    expect([states('web4'), record('web4').role]).toEqual([ready, 'primary']);
  });

  it('is one that a rejuvenation has registered', async () => {
    await shop({ recover: [] });
    world().hosts.slow.set('sudo -n clean', 40_000);
    await world().control.begin(request('rejuvenation', 'web2'), never);
    await until(world(), ({ phase }) => phase === 'rejuvenating');
    crash('web1');
    await rest();
    expect(kinds()).toEqual([
      'rejuvenation web2 completed',
      'failover web1 completed',
      'failover web1 completed',
    ]);
    expect([states('web2'), states('web4'), states('web1')]).toEqual([ready, ready, out]);
  });

  it('that does not start is tried again, each time after a longer while', async () => {
    await shop({ recover: [] });
    world().hosts.answers.set(start, { status: 1, stderr: 'no such unit' });
    crash('web1');
    await pass(400_000);
    const tries = world().store.records.operations.filter(({ spare }) => spare === 'web4');
    const pauses = tries.map(({ startedAt }, i) =>
      Math.round((startedAt - (tries[i - 1]?.endedAt ?? 0)) / 1_000),
    );
    expect(pauses.slice(1)).toEqual([60, 120]);
    expect(states('web1')).toEqual(out);
    expect(await whatIsDone('web1')).toMatch(
      /web4 did not take over in operation op-\d+: .* \(tried again at /,
    );
    world().hosts.answers.clear();
    await pass(300_000);
    expect([states('web4'), record('web4').role]).toEqual([ready, 'primary']);
  });

  it('does nothing about a server that a person took in hand', async () => {
    await shopWithoutSpare({ recover: [] });
    world().hosts.slow.set(start, 20_000);
    crash('web1');
    await rest();
    spareIsBack();
    const { id } = await until(world(), ({ spare }) => spare === 'web4');
    await world().control.abort(id, 'anna', 'I look at it myself', never);
    await rest();
    expect(kinds()).toEqual(['failover web1 completed', 'failover web1 aborted']);
    expect(await whatIsDone('web1')).toBe(
      `nothing: a person stopped operation ${id}: it is left to that person`,
    );
    world().shop.setRunning('web1', true);
    await world().control.begin(request('ready', 'web1'), never);
    await rest();
    expect(states('web1')).toEqual(ready);
    expect(await whatIsDone('web1')).toMatch(/^nothing: well/);
  });
});

describe('a spare that becomes free while one load balancer is away', () => {
  /** web1 is out without a replacement; then lb-b does not answer any more. */
  async function outWithOne(whenOneIsDown: 'block' | 'continue'): Promise<void> {
    await shopWithoutSpare({ recover: [] }, { whenOneIsDown });
    crash('web1');
    await rest();
    world().b.away = true;
    await pass(10_000);
  }

  it('takes the place on the one that answers with `continue`, and on the other one when it returns', async () => {
    await outWithOne('continue');
    spareIsBack();
    await rest();
    expect(kinds()).toEqual(['failover web1 completed', 'failover web1 completed']);
    expect([states('web4'), states('web1')]).toEqual([['ready', 'maint'], out]);
    expect([record('web4').role, record('web1').role]).toEqual(['primary', 'spare']);
    expect(told()).toContain('haproxy-down');
    world().b.away = false;
    await rest();
    expect([states('web4'), states('web1')]).toEqual([ready, out]);
  });

  it('waits for both with `block`', async () => {
    await outWithOne('block');
    spareIsBack();
    await rest();
    expect(states('web4')).toEqual(out);
    expect(await whatIsDone('web1')).toBe(
      'it is out: put back or replaced not before lb-b answers (`whenOneIsDown: block`)',
    );
    world().b.away = false;
    await rest();
    expect([states('web4'), states('web1')]).toEqual([ready, out]);
  });

  it('is not used for a server that a person had taken on the one that is away', async () => {
    await shopWithoutSpare({ recover: [] }, { whenOneIsDown: 'continue' });
    crash('web1');
    await rest();
    for (const to of ['drain', 'maint'] as const) {
      world().b.setByHand('shop/web1', to);
      await pass(10_000);
    }
    world().b.away = true;
    await pass(10_000);
    spareIsBack();
    await rest();
    expect([states('web4'), kinds()]).toEqual([out, ['failover web1 completed']]);
  });

  it('a server that passes again is put back with `continue`, and on the other one when it returns', async () => {
    await outWithOne('continue');
    world().shop.setRunning('web1', true);
    await rest();
    expect(states('web1')).toEqual(['ready', 'maint']);
    world().b.away = false;
    await rest();
    expect([states('web1'), states('web4')]).toEqual([ready, out]);
  });
});

describe('a spare that becomes free during a repair', () => {
  it('takes the place at once; the repair goes on, and makes what it repairs the next spare', async () => {
    await shopWithoutSpare();
    world().hosts.slow.set(mend, 9_000);
    crash('web1');
    await isRepaired();
    await pass(2_000);
    expect(await whatIsDone('web1')).toMatch(/^it is out: operation op-\d+ repairs it; replaced as soon as/);
    spareIsBack();
    await until(world(), ({ spare, phase }) => spare === 'web4' && phase === 'completed');
    expect(openOperations(world().store.records).map(({ kind }) => kind)).toEqual(['recovery']);
    expect(record('web4').role).toBe('primary');
    await rest();
    expect(kinds()).toEqual([
      'failover web1 completed',
      'recovery web1 completed',
      'failover web1 completed',
    ]);
    expect([states('web4'), states('web1')]).toEqual([ready, out]);
    expect(record('web1')).toMatchObject({ role: 'spare', hold: null });
    expect(world().shop.server('web1').boots).toBe(1);
    // It is a spare as any: it takes over from the next one.
    crash('web2');
    await rest();
    expect([states('web1'), record('web1').role]).toEqual([ready, 'primary']);
  });

  it('gives the place back after the repair where failback is automatic', async () => {
    await shopWithoutSpare({ failback: 'automatic' });
    world().hosts.slow.set(mend, 9_000);
    crash('web1');
    await isRepaired();
    spareIsBack();
    await rest();
    expect(kinds()).toEqual([
      'failover web1 completed',
      'recovery web1 completed',
      'failover web1 completed',
    ]);
    expect([states('web1'), states('web4')]).toEqual([ready, out]);
    expect([record('web1').role, record('web4').role]).toEqual(['primary', 'spare']);
  });

  it('has the place for good where the repair fails, and no second ladder is climbed', async () => {
    await shopWithoutSpare();
    world().hosts.fates.set('web1', 'returns-sick');
    crash('web1');
    await isRepaired();
    spareIsBack();
    await pass(900_000);
    expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 failed', 'failover web1 completed']);
    expect([states('web4'), states('web1')]).toEqual([ready, out]);
    expect(record('web1')).toMatchObject({ role: 'spare', hold: { failed: true } });
  });

  it('takes the place after a repair that failed as well; `recover` then makes the server the next spare', async () => {
    await shopWithoutSpare();
    world().hosts.fates.set('web1', 'returns-sick');
    crash('web1');
    await rest();
    expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 failed']);
    const { reason } = record('web1').hold ?? {};
    expect(await whatIsDone('web1')).toMatch(/^it is out: held \(.*\); replaced as soon as a spare is free/);
    spareIsBack();
    await pass(900_000);
    expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 failed', 'failover web1 completed']);
    expect([states('web4'), record('web1').hold?.reason]).toEqual([ready, reason]);
    Object.assign(world().shop.server('web1'), { passesProbe: true });
    await world().control.begin(request('recovery', 'web1'), never);
    await rest();
    expect(record('web1')).toMatchObject({ role: 'spare', hold: null });
    expect([states('web4'), states('web1')]).toEqual([ready, out]);
  });

  it('is not needed where the repair is faster: it is put to sleep again', async () => {
    await shopWithoutSpare();
    world().hosts.slow.set(start, 45_000);
    crash('web1');
    await isRepaired();
    spareIsBack();
    await rest();
    expect(kinds()).toEqual([
      'failover web1 completed',
      'recovery web1 completed',
      'failover web1 called-off',
    ]);
    expect([states('web1'), states('web4')]).toEqual([ready, out]);
    expect([record('web1').role, record('web4').role]).toEqual(['primary', 'spare']);
    expect(world().shop.server('web4').running).toBe(false);
  });

  it('and the repair never both have the place, whichever is faster', { timeout: 120_000 }, async () => {
    const ends = new Set<string>();
    for (let startMs = 0; startMs <= 30_000; startMs += 1_700) {
      await shopWithoutSpare();
      world().hosts.slow.set(start, startMs);
      crash('web1');
      await isRepaired();
      spareIsBack();
      await rest();
      const roles = [record('web1').role, record('web4').role];
      expect(roles.toSorted(), `${startMs}`).toEqual(['primary', 'spare']);
      for (const name of ['web1', 'web4']) {
        expect(states(name), `${startMs} ${name}`).toEqual(record(name).role === 'primary' ? ready : out);
        expect(record(name).hold).toBeNull();
      }
      ends.add(kinds().slice(1).join(', '));
      await world().control.stop();
    }
    expect([...ends].toSorted()).toEqual([
      'recovery web1 completed, failover web1 called-off',
      'recovery web1 completed, failover web1 completed',
    ]);
  });
});
