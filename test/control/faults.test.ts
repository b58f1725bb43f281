import { afterEach, describe, expect, it } from 'vitest';
import { RejuvError } from '../../src/domain/errors.ts';
import { openOperations, serverRecord } from '../../src/domain/records.ts';
import { serverName } from '../../src/domain/names.ts';
import type { BackendSettings, FaultSettings } from '../../src/domain/settings.ts';
import { fakeWorld, never, request, until, type FakeWorld } from '../fakes/world.ts';

const watched: FaultSettings = {
  everyMs: 1_000,
  fall: 4,
  rise: 2,
  watchdog: true,
  ssh: true,
  onFault: 'failover',
  recover: [
    { kind: 'run', command: 'sudo -n mend-shop', deadlineMs: 10_000 },
    { kind: 'reboot', command: 'sudo -n systemctl reboot', deadlineMs: 60_000 },
  ],
  failback: 'manual',
  checkpoint: null,
  storm: { share: 1 / 3, windowMs: 60_000, quietMs: 120_000 },
  flap: { times: 2, windowMs: 3_600_000 },
};

let world: FakeWorld;

async function shop(
  faults: Partial<FaultSettings> = {},
  backend: Partial<BackendSettings> = {},
): Promise<FakeWorld> {
  world = fakeWorld({
    source: 'sidecar',
    settings: { oldWorkersGoneMs: 1_000 },
    backend: {
      drain: { persistenceMs: 2_000, deadlineMs: 60_000, atDeadline: 'wait' },
      faults: { ...watched, ...faults },
      ...backend,
    },
  });
  await world.control.start(never);
  await pass(10_000);
  return world;
}

afterEach(async () => {
  await world.control.stop();
});

const pass = async (ms: number): Promise<void> => await world.clock.sleep(ms, never);
const states = (name: string): string[] => [world.a, world.b].map((one) => one.admin(`shop/${name}`));
const record = (name: string) => serverRecord(world.store.records, request('ready', name).target);
const kinds = (): string[] =>
  world.store.records.operations.map(({ kind, server, phase }) => `${kind} ${server} ${phase}`);
const told = (): string[] => world.store.of('alert').map(({ code }) => code);

async function rest(): Promise<void> {
  for (let turns = 0; turns < 600; turns += 1) {
    await pass(1_000);
    if (openOperations(world.store.records).length === 0 && turns > 30) return;
  }
  throw new Error('it never came to rest');
}

/** kill -9 of the application; a restart or a boot brings it back. */
function crash(name: string): void {
  world.shop.setRunning(name, false);
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
    expect(world.shop.server('web1').boots).toBe(1);
  });

  it('is held failed, and a person is told, when no rung helps; `recover` tries again', async () => {
    await shop();
    world.hosts.fates.set('web1', 'returns-sick');
    crash('web1');
    await rest();
    expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 failed']);
    expect(record('web1').hold?.failed).toBe(true);
    expect(states('web4')).toEqual(['ready', 'ready']);
    expect(told()).toContain('probe-failed');
    Object.assign(world.shop.server('web1'), { passesProbe: true });
    await world.control.begin(request('recovery', 'web1'), never);
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
    world.hosts.answers.set('sudo -n systemctl start shop', { status: 1, stderr: 'no such unit' });
    crash('web1');
    await pass(60_000);
    expect(states('web1')).toEqual(['maint', 'maint']);
    expect(told()).toContain('not-replaced');
    world.hosts.answers.clear();
    world.shop.setRunning('web1', true);
    await rest();
    expect(states('web1')).toEqual(['ready', 'ready']);
    expect(record('web1').role).toBe('primary');
  });

  it('that serves again before the hold is over is left where it is', async () => {
    await shop();
    world.hosts.slow.set('sudo -n systemctl start shop', 5_000);
    crash('web1');
    await until(world, ({ kind }) => kind === 'failover');
    world.shop.setRunning('web1', true);
    await rest();
    expect(kinds()).toEqual(['failover web1 called-off']);
    expect([states('web1'), states('web4')]).toEqual([
      ['ready', 'ready'],
      ['maint', 'maint'],
    ]);
  });

  it('is replaced by the next spare when the first one does not start', async () => {
    await shop();
    const [backend] = world.settings.backends;
    expect(backend?.servers).toHaveLength(4);
    // web3 is made a second spare.
    for (const one of [world.a, world.b]) one.setByHand('shop/web3', 'maint');
    await world.control.setRole(
      { backend: backend!.name, server: serverName('web3') },
      'spare',
      'anna',
      null,
      never,
    );
    await pass(10_000);
    for (const name of ['web3', 'web4']) crash(name);
    await pass(10_000);
    const broken = new RejuvError('host-lost', { host: 'web4', command: 'start' });
    world.hosts.faults.fail('run', broken, 1);
    crash('web1');
    await rest();
    const failovers = world.store.records.operations.filter(({ kind }) => kind === 'failover');
    expect(failovers.map(({ phase }) => phase)).toEqual(['aborted', 'completed']);
    expect(failovers[0]?.spare).not.toBe(failovers[1]?.spare);
  });

  it('with one load balancer down is replaced when the other one and the watchdog say so', async () => {
    await shop();
    world.b.away = true;
    await pass(5_000);
    crash('web1');
    await pass(60_000);
    expect(world.a.admin('shop/web1')).toBe('maint');
    expect(world.a.admin('shop/web4')).toBe('ready');
    world.b.away = false;
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
    Object.assign(world.shop.server('web1'), { busy: 3, requestMs: 30_000 });
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'draining');
    crash('web1');
    await rest();
    expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 completed']);
    expect(world.store.of('course-turned')).toHaveLength(1);
    expect(states('web4')).toEqual(['ready', 'ready']);
    expect(record('web4').role).toBe('primary');
  });

  it('of another one’s rejuvenation takes its spare before any traffic has moved', async () => {
    await shop();
    world.hosts.slow.set('sudo -n shopctl flush-sessions', 20_000);
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'duplexing');
    crash('web2');
    await rest();
    expect(kinds()).toEqual([
      'rejuvenation web1 aborted',
      'failover web2 completed',
      'recovery web2 completed',
    ]);
    expect(world.store.records.operations[0]?.cause?.code).toBe('preempted');
    expect(states('web1')).toEqual(['ready', 'ready']);
    expect(states('web4')).toEqual(['ready', 'ready']);
  });

  it('as the spare that had just taken over makes the aged server come back', async () => {
    await shop();
    Object.assign(world.shop.server('web1'), { busy: 3, requestMs: 30_000 });
    await world.control.begin(request('rejuvenation', 'web1'), never);
    await until(world, ({ phase }) => phase === 'draining');
    crash('web4');
    await rest();
    const [first] = world.store.records.operations;
    expect(first).toMatchObject({ phase: 'aborted', cause: { code: 'spare-died' } });
    expect(states('web1')).toEqual(['ready', 'ready']);
    expect(world.shop.server('web1').boots).toBe(0);
  });
});

describe('the breakers', () => {
  it('a storm repairs nothing and is told once; it ends after quiet, or when a person says so', async () => {
    await shop();
    for (const name of ['web1', 'web2', 'web3']) crash(name);
    await pass(60_000);
    expect(kinds().filter((kind) => kind.startsWith('recovery'))).toEqual([]);
    expect(told().filter((code) => code === 'storm')).toHaveLength(1);
    expect(world.shop.server('web1').boots).toBe(0);
    await world.control.allClear(world.settings.backends[0]!.name, 'anna', 'it was the switch', never);
    for (const name of ['web1', 'web2', 'web3']) world.shop.setRunning(name, true);
    await rest();
    for (const name of ['web1', 'web2', 'web3', 'web4']) {
      const out = record(name).role === 'spare' ? 'maint' : 'ready';
      expect(states(name), name).toEqual([out, out]);
    }
  });

  it('a server that recovers again and again is quarantined until a person says ready', async () => {
    await shop({ failback: 'automatic' });
    for (let times = 0; times < 4; times += 1) {
      crash('web1');
      await rest();
    }
    expect(told()).toContain('quarantined');
    const recoveries = kinds().filter((kind) => kind === 'recovery web1 completed');
    expect(recoveries).toHaveLength(3);
    const status = await world.control.status(never);
    expect(status.backends[0]?.servers.find(({ name }) => name === 'web1')?.condition).toBe('quarantined');
    world.shop.setRunning('web1', true);
    await world.control.begin(request('ready', 'web1'), never);
    await rest();
    expect(world.store.of('quarantine-ended')).toHaveLength(1);
  });

  it('a pause holds up no failover, unless it says so', async () => {
    await shop({ recover: [] });
    const pause = { by: 'anna', reason: 'a deploy', until: null, rollBack: false };
    await world.control.pause({ ...pause, includingFailover: true }, never);
    crash('web1');
    await pass(30_000);
    expect(kinds()).toEqual([]);
    expect(told()).toEqual(['failover-paused']);
    await world.control.pause({ ...pause, includingFailover: false }, never);
    await rest();
    expect(kinds()).toEqual(['failover web1 completed']);
  });
});

describe('slow death', () => {
  it('a server that hangs is replaced first, and then taken out', async () => {
    await shop({ recover: [] });
    world.shop.server('web1').passesProbe = false;
    await rest();
    expect(kinds()).toEqual(['failover web1 completed']);
    expect([states('web4'), states('web1')]).toEqual([
      ['ready', 'ready'],
      ['maint', 'maint'],
    ]);
    expect(told()).toContain('server-hung');
  });

  it('a load balancer that alone calls it dead is an alert, and nothing else', async () => {
    await shop();
    world.a.row('shop/web1').address = '10.0.0.24';
    await pass(30_000);
    expect(kinds()).toEqual([]);
    expect(told()).toEqual(['nodes-disagree']);
  });
});

describe('checkpoints', () => {
  const checkpoint: FaultSettings['checkpoint'] = {
    everyMs: 60_000,
    maxAgeMs: 300_000,
    keep: 2,
    store: null,
    steps: [
      {
        kind: 'copy',
        from: '/var/lib/shop/sessions',
        to: '/var/lib/checkpoints/{server}/{slot}',
        deadlineMs: 10_000,
      },
    ],
    restore: [
      {
        kind: 'copy',
        from: '/var/lib/checkpoints/{server}/{slot}',
        to: '/var/lib/shop/sessions',
        deadlineMs: 10_000,
      },
    ],
  };

  it('are made of every primary, in turn under two slots, and brought into the spare before traffic moves', async () => {
    await shop({ checkpoint, recover: [] });
    await pass(70_000);
    const made = world.store.of('checkpoint-made').filter(({ server }) => server.server === 'web1');
    expect(made.map(({ slot, receiver }) => [slot, receiver])).toEqual([
      [1, 'web4'],
      [2, 'web4'],
    ]);
    crash('web1');
    await rest();
    const restored = world.store.records.operations[0]?.steps.find(({ step }) => step.kind === 'copy');
    expect(restored).toMatchObject({ state: 'done', step: { from: '/var/lib/checkpoints/web1/2' } });
    expect(kinds()).toEqual(['failover web1 completed']);
  });
});
