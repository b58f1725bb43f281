import { describe, expect, it } from 'vitest';
import { observe } from '../../src/control/pair.ts';
import type { Event } from '../../src/domain/event.ts';
import type { Verdict } from '../../src/domain/fault.ts';
import { backendName, serverName } from '../../src/domain/names.ts';
import { apply } from '../../src/domain/records.ts';
import type { Condition } from '../../src/domain/server.ts';
import { conditionOf } from '../../src/policy/standing.ts';
import { fakeWorld, never, type FakeWorld } from '../fakes/world.ts';

const web1 = { backend: backendName('shop'), server: serverName('web1') };

async function condition(
  verdict: Verdict | null,
  events: readonly Event[] = [],
  world: FakeWorld = fakeWorld(),
): Promise<Condition> {
  const { a, b, clock, store } = world;
  const snapshot = await observe([a, b], null, () => clock.now(), never);
  const records = events.reduce(apply, store.records);
  return conditionOf(web1, { snapshot, records, allowUnchecked: false, open: [], verdict });
}

describe('the condition of a server that is up on both load balancers', () => {
  it.each<[Verdict | null, Condition]>([
    [null, 'healthy'],
    ['well', 'healthy'],
    ['unreachable', 'healthy'],
    ['suspect', 'unstable'],
    ['hung', 'unstable'],
    ['split', 'unstable'],
    ['failed', 'failed'],
    ['unknown', 'healthy'],
  ])('watched as %s, is %s', async (verdict, expected) => {
    expect(await condition(verdict)).toBe(expected);
  });

  it('is quarantined until a person ends that, however well it looks', async () => {
    const quarantined: Event = { type: 'quarantined', at: 1, server: web1, reason: 'recovered 4 times' };
    const ended: Event = { type: 'quarantine-ended', at: 2, server: web1, by: 'anna' };
    expect(await condition('well', [quarantined])).toBe('quarantined');
    expect(await condition('well', [quarantined, ended])).toBe('healthy');
  });
});

describe('the condition of a server that a load balancer cannot tell of', () => {
  it('is what the verdict says, and else unknown', async () => {
    const world = fakeWorld();
    world.b.faults.fail('read', new Error('gone'));
    expect(await condition('unknown', [], world)).toBe('unknown');
    expect(await condition('failed', [], world)).toBe('failed');
  });
});
