import { describe, expect, it } from 'vitest';
import type { FaultSettings } from '../../src/domain/settings.ts';
import { never, request, until } from '../fakes/world.ts';
import { useWatchedShop } from './watched-shop.ts';

const { shop, world, pass, rest, states, record, kinds, told, crash } = useWatchedShop();

describe('the breakers', () => {
  it('a storm repairs nothing and is told once; it ends after quiet, or when a person says so', async () => {
    await shop();
    for (const name of ['web1', 'web2', 'web3']) crash(name);
    await pass(60_000);
    expect(kinds().filter((kind) => kind.startsWith('recovery'))).toEqual([]);
    expect(told().filter((code) => code === 'storm')).toHaveLength(1);
    expect(world().shop.server('web1').boots).toBe(0);
    await world().control.allClear(world().settings.backends[0]!.name, 'anna', 'it was the switch', never);
    for (const name of ['web1', 'web2', 'web3']) world().shop.setRunning(name, true);
    await rest();
    for (const name of ['web1', 'web2', 'web3', 'web4']) {
      const out = record(name).role === 'spare' ? 'maint' : 'ready';
      expect(states(name), name).toEqual([out, out]);
    }
  });

  it.each(['sleeps', 'runs'])(
    'a spare that %s, dead when it is needed, makes no storm: the server is repaired',
    async (how) => {
      const warm = { spare: { start: null, stop: null, deadlineMs: 120_000 } };
      await shop({}, how === 'runs' ? warm : {});
      if (how === 'runs') {
        world().shop.setRunning('web4', true);
        await pass(10_000);
        crash('web4');
      } else {
        world().hosts.cutOff('web4');
      }
      await pass(10_000);
      expect(told().at(-1)).toBe('spare-failed');
      crash('web1');
      await rest();
      expect(kinds()).toEqual(['failover web1 completed', 'recovery web1 completed']);
      expect(told()).not.toContain('storm');
      expect(states('web1')).toEqual(['ready', 'ready']);
    },
  );

  it('a server that recovers again and again is quarantined until a person says ready', async () => {
    await shop({ failback: 'automatic' });
    for (let times = 0; times < 4; times += 1) {
      crash('web1');
      await rest();
    }
    expect(told()).toContain('quarantined');
    const recoveries = kinds().filter((kind) => kind === 'recovery web1 completed');
    expect(recoveries).toHaveLength(3);
    const status = await world().control.status(never);
    expect(status.backends[0]?.servers.find(({ name }) => name === 'web1')?.condition).toBe('quarantined');
    world().shop.setRunning('web1', true);
    await world().control.begin(request('ready', 'web1'), never);
    await rest();
    expect(world().store.of('quarantine-ended')).toHaveLength(1);
  });

  it('a pause holds up no failover, unless it says so', async () => {
    await shop({ recover: [] });
    const pause = { by: 'anna', reason: 'a deploy', until: null, rollBack: false };
    await world().control.pause({ ...pause, includingFailover: true }, never);
    crash('web1');
    await pass(30_000);
    expect(kinds()).toEqual([]);
    expect(told()).toEqual(['failover-paused']);
    await world().control.pause({ ...pause, includingFailover: false }, never);
    await rest();
    expect(kinds()).toEqual(['failover web1 completed']);
  });
});

describe('slow death', () => {
  it('a server that hangs is replaced first, and then taken out', async () => {
    await shop({ recover: [] });
    world().shop.server('web1').passesProbe = false;
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
    world().a.row('shop/web1').address = '10.0.0.24';
    await pass(30_000);
    expect(kinds()).toEqual([]);
    expect(told()).toEqual(['nodes-disagree']);
  });
});

describe('`why`', () => {
  it('says of a watched server what is seen, since when, and what is done about it', async () => {
    await shop();
    const target = request('ready', 'web1').target;
    expect((await world().control.why(target, never)).watch).toMatchObject({ verdict: 'well' });
    crash('web1');
    await until(world(), ({ kind }) => kind === 'failover');
    const { watch } = await world().control.why(target, never);
    expect(watch?.verdict).toBe('failed');
    expect(watch?.evidence.join()).toMatch(/lb-a.*down/i);
    expect(watch?.answer).toMatch(/^nothing: operation op-\d+ deals with it$/);
    await rest();
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
    const made = world()
      .store.of('checkpoint-made')
      .filter(({ server }) => server.server === 'web1');
    expect(made.map(({ slot, receiver }) => [slot, receiver])).toEqual([
      [1, 'web4'],
      [2, 'web4'],
    ]);
    crash('web1');
    await rest();
    const restored = world().store.records.operations[0]?.steps.find(({ step }) => step.kind === 'copy');
    expect(restored).toMatchObject({ state: 'done', step: { from: '/var/lib/checkpoints/web1/2' } });
    expect(kinds()).toEqual(['failover web1 completed']);
  });
});
