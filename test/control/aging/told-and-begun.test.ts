import { afterEach, describe, expect, it } from 'vitest';
import type { Event } from '../../../src/domain/event.ts';
import type { LocalControl } from '../../../src/control/local-control.ts';
import type { BackendSettings } from '../../../src/domain/settings.ts';
import type { SourceSettings } from '../../../src/domain/sources.ts';
import { fakeWorld, never, until, type FakeWorld } from '../../fakes/world.ts';
import { rule } from '../../policy/aging/measured.ts';

const node: SourceSettings = {
  ...{ kind: 'exporter', name: 'node', url: 'http://{address}:9100/metrics', metrics: [] },
  ...{ only: null, auth: null, everyMs: 1_000, deadlineMs: 1_000, staleMs: 10_000 },
};
/** A Prometheus that does not answer until a test says what fires there. */
const blockers: BackendSettings['blockers'] = {
  alerts: [
    { kind: 'prometheus', url: 'http://prom:9090', deadlineMs: 5_000, matching: {}, except: [], auth: null },
  ],
  deploys: [],
};
const aged = rule('memory.used > 50%', { forMs: 5_000 });

let world: FakeWorld;
let control: LocalControl;
let used: Record<string, number>;

/** A sidecar whose servers all have a fifth of their memory in use, until a test says otherwise. */
async function measuring(backend: Partial<BackendSettings> = {}): Promise<void> {
  used = {};
  world = fakeWorld({ source: 'sidecar', backend: { sources: [node], rules: [aged], ...backend } });
  control = world.control;
  world.metrics.answers.set('node', (_, { id }) => [
    { kind: 'gauge', figure: 'memory.used', value: used[id.server] ?? 0.2 },
  ]);
  await control.start(never);
  await pass(60_000);
}

const pass = async (ms: number): Promise<void> => await world.clock.sleep(ms, never);
const told = (type: Event['type']): Event[] => world.events.filter((event) => event.type === type);

afterEach(async () => await control.stop());

describe('the loop of measured aging', () => {
  it('is as quick as its quickest source', async () => {
    await measuring();
    used['web2'] = 0.9;
    const at = world.clock.now();
    await pass(12_000);
    const [found] = told('aged');
    expect(found).toMatchObject({ server: { server: 'web2' }, rule: 'memory.used > 50%' });
    expect(found!.at - at).toBeGreaterThanOrEqual(5_000);
    expect(found!.at - at).toBeLessThan(8_000);
  });

  it('rejuvenates an aged server by itself, with the evidence on record, and forgets its age afterwards', async () => {
    await measuring();
    used['web2'] = 0.9;
    const done = await until(world, ({ endedAt }) => endedAt !== null);
    expect(done).toMatchObject({ phase: 'completed', server: 'web2', trigger: 'threshold' });
    expect(done.because).toMatchObject({ severity: 'aging', rule: 'memory.used > 50%' });
    used['web2'] = 0.2;
    await pass(30_000);
    expect(told('aged-over')).toHaveLength(1);
    expect(world.store.records.operations).toHaveLength(1);
  });

  it('calls it off when the leak is gone before traffic moves, and the server may age again', async () => {
    await measuring({ rules: [{ ...aged, confirmMs: 20_000 }] });
    used['web2'] = 0.9;
    await until(world, ({ phase }) => phase === 'confirming');
    used['web2'] = 0.2;
    const off = await until(world, ({ endedAt }) => endedAt !== null);
    expect(off).toMatchObject({ phase: 'called-off', cause: { code: 'no-longer-aged' } });
    await pass(60_000);
    expect(world.store.records.operations).toHaveLength(1);
    used['web2'] = 0.9;
    // Its spare is not woken again a moment later.
    await pass(60_000);
    expect(world.store.records.operations).toHaveLength(1);
    await pass(10 * 60_000);
    const again = await until(world, ({ id, endedAt }) => id !== off.id && endedAt !== null);
    expect(again.phase).toBe('completed');
  });

  it('tells a person once, naming the server, of what cannot wait and is blocked, and goes on when it may', async () => {
    await measuring({ rules: [{ ...aged, severity: 'unstable' }], blockers });
    used['web2'] = 0.9;
    await pass(4 * 60_000);
    expect(told('alert')).toMatchObject([
      { code: 'aged-blocked', server: { backend: 'shop', server: 'web2' } },
    ]);
    world.alerts.firingAt.set('http://prom:9090', []);
    const done = await until(world, ({ endedAt }) => endedAt !== null);
    expect(done).toMatchObject({ phase: 'completed', because: { severity: 'unstable' } });
  });

  it('keeps silent about what may wait, and begins it when nothing blocks any more', async () => {
    await measuring({ blockers });
    used['web2'] = 0.9;
    await pass(4 * 60_000);
    expect([told('alert'), world.store.records.operations]).toEqual([[], []]);
    world.alerts.firingAt.set('http://prom:9090', []);
    expect((await until(world, ({ endedAt }) => endedAt !== null)).phase).toBe('completed');
  });

  it('asks what is outside once a minute at most', async () => {
    await measuring({ blockers });
    const before = world.alerts.asked;
    used['web2'] = 0.9;
    await pass(4 * 60_000);
    expect(world.alerts.asked - before).toBeLessThanOrEqual(5);
    expect(world.alerts.asked - before).toBeGreaterThanOrEqual(3);
  });
});
