import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../src/domain/errors.ts';
import { never, request, until } from '../fakes/world.ts';
import { useWatchedShop } from './watched-shop.ts';

const { shop, world, pass, rest, states, record, kinds, told, crash } = useWatchedShop();

/** A second spare. */
async function makeSpare(name: string): Promise<void> {
  for (const one of [world().a, world().b]) one.setByHand(`shop/${name}`, 'maint');
  await world().control.setRole(request('ready', name).target, 'spare', 'anna', null, never);
  await pass(10_000);
}

describe('a server that dies', () => {
  it('is replaced by the spare at once, repaired by the first rung that helps, and becomes the next spare', async () => {
    await shop();
    crash('web1');
    await rest();
    expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 completed']);
    expect([states('web4'), states('web1')]).toEqual([
      ['ready', 'ready'],
      ['maint', 'maint'],
    ]);
    expect([record('web4').role, record('web1').role]).toEqual(['primary', 'spare']);
    expect(record('web1').hold).toBeNull();
    expect(told()).toContain('server-failed');
    expect(world().shop.server('web1').boots).toBe(1);
  });

  it('is held failed, and a person is told, when no rung helps; `recover` tries again', async () => {
    await shop();
    world().hosts.fates.set('web1', 'returns-sick');
    crash('web1');
    await rest();
    expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 failed']);
    expect(record('web1').hold?.failed).toBe(true);
    expect(states('web4')).toEqual(['ready', 'ready']);
    expect(told()).toContain('probe-failed');
    Object.assign(world().shop.server('web1'), { passesProbe: true });
    await world().control.begin(request('recovery', 'web1'), never);
    await rest();
    expect(kinds().at(-1)).toBe('recovery web1 completed');
    expect(record('web1')).toMatchObject({ role: 'spare', hold: null });
  });

  it('takes its place back where failback is automatic', async () => {
    await shop({ failback: 'automatic' });
    crash('web1');
    await rest();
    expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 completed']);
    expect([states('web1'), states('web4')]).toEqual([
      ['ready', 'ready'],
      ['maint', 'maint'],
    ]);
    expect([record('web1').role, record('web4').role]).toEqual(['primary', 'spare']);
  });

  it('without a spare is taken out, said loudly, and put back as soon as it passes again', async () => {
    await shop({ recover: [] });
    world().hosts.answers.set('sudo -n systemctl start shop', { status: 1, stderr: 'no such unit' });
    crash('web1');
    await pass(60_000);
    expect(states('web1')).toEqual(['maint', 'maint']);
    expect(told()).toContain('not-replaced');
    world().hosts.answers.clear();
    world().shop.setRunning('web1', true);
    await rest();
    expect(states('web1')).toEqual(['ready', 'ready']);
    expect(record('web1').role).toBe('primary');
  });

  it('that serves again before the hold is over is left where it is', async () => {
    await shop();
    world().hosts.slow.set('sudo -n systemctl start shop', 5_000);
    crash('web1');
    await until(world(), ({ kind }) => kind === 'failover');
    world().shop.setRunning('web1', true);
    await rest();
    expect(kinds()).toEqual(['failover web1 called-off']);
    expect([states('web1'), states('web4')]).toEqual([
      ['ready', 'ready'],
      ['maint', 'maint'],
    ]);
  });

  it('whose host is still booting is waited for until the deadline of the rung', async () => {
    await shop({ recover: [{ kind: 'run', command: 'sudo -n mend-shop', deadlineMs: 60_000 }] });
    world().hosts.cutOff('web1', 45_000);
    crash('web1');
    await pass(44_000);
    expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 rejuvenating']);
    world().shop.boot('web1');
    await rest();
    expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 completed']);
    const rung = world()
      .store.records.operations.at(-1)
      ?.steps.find(({ step }) => step.kind === 'mend');
    expect(rung?.detail).toBe('it passes its probe');
  });

  it('that serves again while its spare is admitted is repaired all the same, and becomes the next spare', async () => {
    await shop();
    crash('web1');
    await until(world(), ({ phase }) => phase === 'admitting');
    world().shop.boot('web1');
    await rest();
    expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 completed']);
    expect(record('web1')).toMatchObject({ role: 'spare', hold: null });
  });

  it('is left to the person who stops its repair, also where it passes again by itself', async () => {
    await shop({ recover: [{ kind: 'run', command: 'sudo -n mend-shop', deadlineMs: 60_000 }] });
    world().hosts.slow.set('sudo -n mend-shop', 30_000);
    crash('web1');
    await until(world(), ({ phase }) => phase === 'admitting');
    world().shop.boot('web1');
    await until(world(), ({ kind, phase }) => kind === 'recovery' && phase === 'rejuvenating');
    await world().control.abort(world().store.records.operations.at(-1)!.id, 'anna', 'I look myself', never);
    await rest();
    await pass(120_000);
    expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 failed']);
  });

  it('is replaced by the next spare when the first one does not start', async () => {
    await shop();
    await makeSpare('web3');
    for (const name of ['web3', 'web4']) crash(name);
    await pass(10_000);
    const broken = new RejuvError('host-lost', { host: 'web4', command: 'start' });
    world().hosts.faults.fail('run', broken, 1);
    crash('web1');
    await rest();
    const failovers = world().store.records.operations.filter(({ kind }) => kind === 'failover');
    expect(failovers.map(({ phase }) => phase)).toEqual(['aborted', 'completed']);
    expect(failovers[0]?.spare).not.toBe(failovers[1]?.spare);
  });

  it('with one load balancer down is replaced when the other one and the watchdog say so', async () => {
    await shop();
    world().b.away = true;
    await pass(5_000);
    crash('web1');
    await pass(60_000);
    expect(world().a.admin('shop/web1')).toBe('maint');
    expect(world().a.admin('shop/web4')).toBe('ready');
    world().b.away = false;
    await rest();
    expect([states('web4'), states('web1')]).toEqual([
      ['ready', 'ready'],
      ['maint', 'maint'],
    ]);
  });
});

describe('a server that fails in the middle', () => {
  it('of its own rejuvenation becomes a failover in the same record, and the spare keeps the place', async () => {
    await shop();
    Object.assign(world().shop.server('web1'), { busy: 3, requestMs: 30_000 });
    await world().control.begin(request('rejuvenation', 'web1'), never);
    await until(world(), ({ phase }) => phase === 'draining');
    crash('web1');
    await rest();
    expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 completed']);
    expect(world().store.of('course-turned')).toHaveLength(1);
    expect(states('web4')).toEqual(['ready', 'ready']);
    expect(record('web4').role).toBe('primary');
  });

  it('of another one’s rejuvenation takes its spare before any traffic has moved', async () => {
    await shop();
    world().hosts.slow.set('sudo -n shopctl flush-sessions', 20_000);
    await world().control.begin(request('rejuvenation', 'web1'), never);
    await until(world(), ({ phase }) => phase === 'duplexing');
    crash('web2');
    await rest();
    expect(kinds()).toEqual([
      'rejuvenation web1 aborted',
      'failover web2 completed',
      'recovery web2 completed',
    ]);
    expect(world().store.records.operations[0]?.cause?.code).toBe('preempted');
    expect(states('web1')).toEqual(['ready', 'ready']);
    expect(states('web4')).toEqual(['ready', 'ready']);
  });

  it('as the spare that has taken over, while the aged server reboots, is replaced at once by the next one', async () => {
    await shop();
    await makeSpare('web3');
    await world().control.begin(request('rejuvenation', 'web1'), never);
    await until(world(), ({ phase }) => phase === 'rejuvenating');
    const spare = world().store.records.operations[0]?.spare ?? '';
    crash(spare);
    await until(world(), ({ kind, phase }) => kind === 'failover' && phase === 'completed');
    expect(world().store.records.operations[0]?.phase).toMatch(/rejuvenating|verifying/);
    await rest();
    expect(kinds().slice(0, 2)).toEqual(['rejuvenation web1 completed', `failover ${spare} completed`]);
    expect(told()).toEqual(['server-failed']);
  });

  it('as the spare that has taken over, with no other one, is said at once and replaced by the aged server', async () => {
    await shop({ recover: [] });
    await world().control.begin(request('rejuvenation', 'web1'), never);
    await until(world(), ({ phase }) => phase === 'rejuvenating');
    crash('web4');
    await pass(10_000);
    expect(world().store.records.operations[0]?.phase).toMatch(/rejuvenating|verifying/);
    expect(told()).toEqual(['server-failed', 'not-replaced']);
    await rest();
    expect(kinds()[0]).toBe('rejuvenation web1 completed');
    expect([states('web1'), states('web4')]).toEqual([
      ['ready', 'ready'],
      ['maint', 'maint'],
    ]);
  });

  it('as the spare that had just taken over makes the aged server come back', async () => {
    await shop();
    Object.assign(world().shop.server('web1'), { busy: 3, requestMs: 30_000 });
    await world().control.begin(request('rejuvenation', 'web1'), never);
    await until(world(), ({ phase }) => phase === 'draining');
    crash('web4');
    await rest();
    const [first] = world().store.records.operations;
    expect(first).toMatchObject({ phase: 'aborted', cause: { code: 'spare-died' } });
    expect(states('web1')).toEqual(['ready', 'ready']);
    expect(world().shop.server('web1').boots).toBe(0);
  });
});
