import { afterEach, describe, expect, it } from 'vitest';
import { holderOf } from '../../src/domain/records.ts';
import type { FaultSettings } from '../../src/domain/settings.ts';
import { fakeWorld, never, request, someFaults, until, type FakeWorld } from '../fakes/world.ts';

let world: FakeWorld;

afterEach(async () => {
  await world.control.stop();
});

describe('a fault and a person who act at the same moment', () => {
  it('never take the same server: the failover of one begun in between waits, and is decided anew', async () => {
    world = fakeWorld({ source: 'sidecar', backend: { faults: { ...someFaults, everyMs: 1_000 } } });
    await world.control.start(never);
    await world.clock.sleep(10_000, never);
    const spare = request('ready', 'web4').target;
    let asked = false;
    const takenTwice: string[] = [];
    world.store.onAppend = (event) => {
      // The fault is on record, and the next thing that happens is the decision.
      if (event.type === 'fault-seen' && !asked) {
        asked = true;
        void world.control.begin(request('ready', 'web4'), never);
      }
      const taking = event.type === 'operation-opened' && event.operation.spare === 'web4';
      const holder = holderOf(world.store.records, spare);
      if (taking && holder !== null) takenTwice.push(`${event.operation.kind} took it from ${holder.kind}`);
    };
    world.shop.setRunning('web1', false);
    await world.clock.sleep(60_000, never);
    expect(asked).toBe(true);
    expect(takenTwice).toEqual([]);
    expect(world.a.admin('shop/web4')).toBe('ready');
  });
});

describe('a server that was taken out without a spare', () => {
  it('while one load balancer was away is put back on both, though the other one never had its maint', async () => {
    // With web4 asleep and unable to start, and minServing 3, the returning lb-b cannot be told to take web1 out.
    const faults = { ...someFaults, everyMs: 1_000 };
    world = fakeWorld({ source: 'sidecar', backend: { faults, minServing: 3 } });
    world.hosts.answers.set('sudo -n systemctl start shop', { status: 1, stderr: 'no such unit' });
    await world.control.start(never);
    await world.clock.sleep(10_000, never);
    world.b.away = true;
    world.shop.setRunning('web1', false);
    await world.clock.sleep(60_000, never);
    expect(world.a.admin('shop/web1')).toBe('maint');
    world.b.away = false;
    world.shop.setRunning('web1', true);
    await world.clock.sleep(120_000, never);
    const states = [world.a, world.b].map((one) => one.admin('shop/web1'));
    expect(states).toEqual(['ready', 'ready']);
  });
});

describe('what a person is told of a server that failed', () => {
  const recover: FaultSettings['recover'] = [
    { kind: 'run', command: 'sudo -n mend-shop', deadlineMs: 10_000 },
    { kind: 'reboot', command: 'sudo -n systemctl reboot', deadlineMs: 60_000 },
  ];

  async function crashed(ladder: FaultSettings['recover']): Promise<string[]> {
    const faults = { ...someFaults, everyMs: 1_000, fall: 4, recover: ladder };
    world = fakeWorld({ source: 'sidecar', backend: { faults } });
    world.hosts.answers.set('sudo -n mend-shop', { status: 1, stderr: 'sudo: a password is required' });
    await world.control.start(never);
    await world.clock.sleep(10_000, never);
    world.shop.setRunning('web1', false);
    await until(world, ({ kind }) => kind === 'failover');
    if (ladder.length === 0) world.shop.boot('web1');
    await world.clock.sleep(120_000, never);
    return world.store.of('alert').map(({ code }) => code);
  }

  it('is why a rung of its ladder was not done', async () => {
    await crashed(recover);
    const rungs = world.store.records.operations[1]?.steps.filter(({ step }) => step.kind === 'mend');
    expect(rungs?.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('sudo wants a password for `sudo -n mend-shop`'),
      'it passes its probe',
    ]);
  });

  it('is a reboot that nobody asked for, also while a failover has it', async () => {
    expect(await crashed([])).toEqual(['server-failed', 'unasked-reboot']);
  });

  it('is no reboot that its own ladder ordered', async () => {
    expect(await crashed(recover)).toEqual(['server-failed']);
    expect(world.shop.server('web1').boots).toBe(1);
  });
});

describe('an alert that a full disk keeps off the records', () => {
  it('calls a person once, and is on record as soon as there is room', async () => {
    const faults: FaultSettings = { ...someFaults, everyMs: 1_000 };
    world = fakeWorld({ source: 'sidecar', backend: { faults }, settings: { onAlert: 'page' } });
    await world.control.start(never);
    await world.clock.sleep(10_000, never);
    let calls = 0;
    world.machine.onRun = () => (calls += 1);
    world.store.failAt('alert');
    world.a.row('shop/web1').address = '10.0.0.24';
    await world.clock.sleep(30_000, never);
    expect(world.store.of('alert')).toEqual([]);
    expect(calls).toBe(1);
    world.store.recover('alert');
    await world.clock.sleep(10_000, never);
    expect(world.store.of('alert').map(({ code }) => code)).toEqual(['nodes-disagree']);
    expect(calls).toBe(1);
  });
});
