import { describe, expect, it } from 'vitest';
import { apply } from '../../../src/domain/fold-records.ts';
import type { Event } from '../../../src/domain/event.ts';
import type { Duty, Verdict } from '../../../src/domain/fault.ts';
import { backendName, serverName, type ServerId } from '../../../src/domain/names.ts';
import { observe } from '../../../src/control/pair.ts';
import { decide } from '../../../src/policy/fault/decide.ts';
import type { FaultFacts } from '../../../src/policy/fault/decision.ts';
import { faultFacts } from '../../../src/policy/fault/facts.ts';
import { fakeWorld, follow, never, request, someFaults, until, type FakeWorld } from '../../fakes/world.ts';

function id(name: string): ServerId {
  return { backend: backendName('shop'), server: serverName(name) };
}

/** The facts about a server of the fake shop, judged as said; the others are well. */
async function factsOf(
  world: FakeWorld,
  name: string,
  verdict: Verdict,
  duty: Duty,
  events: readonly Event[] = [],
): Promise<FaultFacts> {
  const { settings, world: outside, clock, store } = world;
  const [backend] = settings.backends;
  const now = clock.now();
  const snapshot = await observe(outside.loadBalancers, null, () => now, never);
  const known = {
    ...{ snapshot, now, settings: someFaults },
    records: events.reduce(apply, store.records),
    judgementOf: ({ server }: ServerId) =>
      server === name
        ? { verdict, duty, since: now, at: now, facts: [], risenAt: null }
        : ({
            verdict: 'well',
            duty: server === 'web4' ? 'asleep' : 'serving',
            since: now,
            at: now,
            facts: [],
            risenAt: null,
          } as const),
  };
  if (backend === undefined) throw new Error('the fake shop has a backend');
  const facts = faultFacts({ ...known, backend }, id(name));
  if (facts === null) throw new Error('somebody has looked');
  return facts;
}

const seen = (name: string, at: number): Event => ({
  type: 'fault-seen',
  at,
  server: id(name),
  verdict: 'failed',
  evidence: [],
});

describe('the facts about a server that fails', () => {
  it('lead to nothing where it has been taken out since the watch last looked', async () => {
    const world = fakeWorld();
    world.shop.setRunning('web1', false);
    await follow(world.control, request('maint', 'web1', { reason: 'it failed', force: true }));
    expect(decide(await factsOf(world, 'web1', 'failed', 'serving'))).toMatchObject({ kind: 'nothing' });
    expect(decide(await factsOf(world, 'web1', 'split', 'serving'))).toMatchObject({ kind: 'nothing' });
  });

  it('lead to a failover to the spare of the shop', async () => {
    const facts = await factsOf(fakeWorld(), 'web1', 'failed', 'serving');
    expect(decide(facts)).toMatchObject({ kind: 'failover', spare: 'web4', preempts: null, within: null });
  });

  it('while another server rejuvenates with the only spare: the plan gives it up', async () => {
    const world = fakeWorld();
    const planned = follow(world.control, request('rejuvenation', 'web2'));
    const { id: op } = await until(world, ({ phase }) => phase === 'admitting');
    const facts = await factsOf(world, 'web1', 'failed', 'serving');
    expect(decide(facts)).toMatchObject({ kind: 'failover', spare: 'web4', preempts: op });
    await planned;
  });

  it('while its own rejuvenation runs: a failover in the same record', async () => {
    const world = fakeWorld();
    const planned = follow(world.control, request('rejuvenation', 'web1'));
    const { id: op } = await until(world, ({ phase }) => phase === 'duplexing');
    const facts = await factsOf(world, 'web1', 'failed', 'serving');
    expect(decide(facts)).toMatchObject({ kind: 'failover', within: op });
    await planned;
  });

  it('count the recorded failures of the other servers', async () => {
    const world = fakeWorld();
    const at = world.clock.now();
    const facts = await factsOf(world, 'web1', 'failed', 'serving', [seen('web1', at), seen('web2', at)]);
    expect(facts.storm.servers).toEqual(['web1', 'web2']);
    const over: Event = { type: 'storm-ended', at, backend: id('x').backend, by: 'anna', reason: null };
    const after = await factsOf(world, 'web1', 'failed', 'serving', [
      seen('web1', at),
      seen('web2', at),
      over,
    ]);
    expect(after.storm.since).toBeNull();
  });

  it('count the recoveries since a person last ended a quarantine', async () => {
    const world = fakeWorld();
    const at = world.clock.now();
    const recovered: Event = { type: 'recovered', at, server: id('web1'), operation: null };
    const four = [recovered, recovered, recovered, recovered];
    expect((await factsOf(world, 'web1', 'failed', 'serving', four)).flap.flapping).toBe(true);
    const ended: Event = { type: 'quarantine-ended', at, server: id('web1'), by: 'anna' };
    expect((await factsOf(world, 'web1', 'failed', 'serving', [...four, ended])).flap.count).toBe(0);
  });
});

describe('a failed server that was taken out without a replacement', () => {
  it('is put back once it passes, but not where a person took it out', async () => {
    const world = fakeWorld();
    const at = world.clock.now();
    for (const one of [world.a, world.b]) await one.setAdmin(id('web1'), 'maint');
    const byHand = await factsOf(world, 'web1', 'well', 'out', [seen('web1', at)]);
    expect(decide(byHand).kind).toBe('nothing');
    const intents = [world.a, world.b].map((one): Event => {
      const process = { pid: one.pid, startedAtSeconds: one.startedAtSeconds };
      const common = { at, id: null, server: id('web1'), process, unsure: false };
      return { type: 'admin-intended', ...common, loadBalancer: one.name, from: 'ready', to: 'maint' };
    });
    const byUs = await factsOf(world, 'web1', 'well', 'out', [seen('web1', at), ...intents]);
    expect(decide(byUs).kind).toBe('put-back');
    const over: Event = { type: 'fault-over', at, server: id('web1') };
    const repaired = await factsOf(world, 'web1', 'well', 'out', [seen('web1', at), ...intents, over]);
    expect(decide(repaired).kind).toBe('nothing');
  });
});
