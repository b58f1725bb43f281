import { describe, expect, it } from 'vitest';
import type { FaultSettings } from '../../src/domain/settings.ts';
import { never, request, until } from '../fakes/world.ts';
import { useWatchedShop } from './watched-shop.ts';

const { shop, world, pass, rest, states, record, kinds, told, crash } = useWatchedShop();

const out = ['maint', 'maint'];
const ready = ['ready', 'ready'];

/** web1 has failed, web4 has its place, and web1 is being repaired. */
async function repairBegins(change: Partial<FaultSettings> = {}, minServing = 1): Promise<void> {
  const storm = { share: 1 / 2, windowMs: 60_000, quietMs: 120_000 };
  await shop({ failback: 'automatic', storm, ...change }, { minServing });
  world().hosts.slow.set('sudo -n mend-shop', 9_000);
}

async function failsOver(): Promise<void> {
  crash('web1');
  await until(world(), ({ kind, phase }) => kind === 'recovery' && phase === 'rejuvenating');
}

/** A second spare, which is taken only once web4 is. */
async function makeSpare(name: string): Promise<void> {
  for (const one of [world().a, world().b]) one.setByHand(`shop/${name}`, 'maint');
  await world().control.setRole(request('ready', name).target, 'spare', 'anna', null, never);
  await pass(10_000);
}

function endedAt(of: string, name: string): number {
  const found = world().store.records.operations.findLast(
    ({ kind, server }) => kind === of && server === name,
  );
  return found?.endedAt ?? Number.NaN;
}

function roles(): string {
  return ['web1', 'web2', 'web3', 'web4'].map((name) => record(name).role ?? 'primary').join(' ');
}

describe('a server that is to have its place back after its repair', () => {
  it('has it back, and the one that stood in for it is the spare again', async () => {
    await repairBegins();
    await failsOver();
    await rest();
    expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 completed']);
    expect([states('web1'), states('web4')]).toEqual([ready, out]);
    expect(roles()).toBe('primary primary primary spare');
    expect(record('web1').hold).toBeNull();
    expect(world().shop.server('web4').running).toBe(false);
  });

  it('leaves its stand-in to others until then: that one fails, and is replaced and repaired beside it', async () => {
    await repairBegins();
    await makeSpare('web3');
    await failsOver();
    expect(states('web3')).toEqual(ready);
    crash('web3');
    await rest();
    expect(kinds().toSorted()).toEqual([
      'failover web1 completed',
      'failover web3 completed',
      'recovery web1 completed',
      'recovery web3 completed',
    ]);
    expect(endedAt('failover', 'web3')).toBeLessThan(endedAt('recovery', 'web1'));
    // web4 has the place now, and web3 asks for it back: web1 has lost its claim with it.
    expect(told()).not.toContain('taken-over');
    for (const name of ['web1', 'web3', 'web4']) {
      expect(states(name), name).toEqual(record(name).role === 'spare' ? out : ready);
      expect(record(name).hold).toBeNull();
    }
    expect(roles()).toBe('spare primary primary spare');
  });

  it('takes over from its stand-in as any spare, where that one fails and there is no other', async () => {
    await repairBegins({
      recover: [{ kind: 'reboot', command: 'sudo -n systemctl reboot', deadlineMs: 60_000 }],
    });
    await failsOver();
    crash('web4');
    world().hosts.fates.set('web4', 'returns-sick');
    await pass(300_000);
    expect(states('web1')).toEqual(ready);
    expect(states('web4')).toEqual(out);
    expect(record('web1')).toMatchObject({ role: 'primary', hold: null });
    expect(told()).not.toContain('taken-over');
  });

  it('relieves a stand-in that fails while it comes back itself, and nobody else does', async () => {
    await repairBegins();
    await makeSpare('web3');
    await failsOver();
    await until(world(), ({ kind, phase }) => kind === 'recovery' && phase === 'registering');
    await until(world(), ({ steps }) =>
      steps.some(({ step, state }) => step.kind === 'failback' && state === 'done'),
    );
    crash('web3');
    await rest();
    expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 completed']);
    expect([states('web1'), states('web3')]).toEqual([ready, out]);
    expect(roles()).toBe('primary primary spare spare');
  });

  it('becomes a spare where a person has its stand-in by then', async () => {
    await repairBegins();
    await failsOver();
    await world().control.begin(request('maint', 'web4', { reason: 'a look at it' }), never);
    await rest();
    expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 completed', 'maint web4 completed']);
    expect([states('web1'), states('web4')]).toEqual([out, out]);
    const detail = world().store.records.operations[1]?.steps.find(
      ({ step }) => step.kind === 'failback',
    )?.detail;
    expect(detail).toBe('it becomes a spare: web4 is held (a look at it)');
  });

  it('becomes a spare where its stand-in is needed as well', async () => {
    await repairBegins({}, 3);
    await failsOver();
    const reason = 'a look at it';
    await world().control.begin(request('maint', 'web2', { reason, force: true }), never);
    await rest();
    expect(kinds()).toContain('recovery web1 completed');
    expect([states('web1'), states('web4')]).toEqual([out, ready]);
    expect(record('web1')).toMatchObject({ role: 'spare', hold: null });
    const [, repair] = world().store.records.operations;
    const step = repair?.steps.find(({ step: { kind } }) => kind === 'failback');
    expect(step?.detail).toMatch(/^it becomes a spare: web4 is needed as well: .* minServing is 3$/);
  });

  it('has it back from a stand-in that a person had drained and put back meanwhile', async () => {
    await repairBegins();
    await failsOver();
    for (const kind of ['drain', 'ready'] as const) {
      const id = await world().control.begin(request(kind, 'web4', { reason: 'a look at it' }), never);
      await until(world(), (one) => one.id === id && one.endedAt !== null);
    }
    await rest();
    expect(kinds().toSorted()).toEqual([
      'drain web4 completed',
      'failover web1 completed',
      'ready web4 completed',
      'recovery web1 completed',
    ]);
    expect([states('web1'), states('web4')]).toEqual([ready, out]);
  });
});
