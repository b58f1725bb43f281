import { afterEach, describe, expect, it } from 'vitest';
import { RejuvError } from '../../../src/domain/errors.ts';
import { backendName, serverName, type ServerId } from '../../../src/domain/names.ts';
import type { Reading } from '../../../src/domain/sample.ts';
import type { SourceSettings } from '../../../src/domain/sources.ts';
import { createControl, type LocalControl } from '../../../src/control/local-control.ts';
import { fakeWorld, never, type FakeWorld } from '../../fakes/world.ts';

const minute = 60_000;
const node: SourceSettings = {
  ...{
    kind: 'exporter',
    name: 'node',
    url: 'http://{address}:9100/metrics',
    metrics: [],
    only: null,
    auth: null,
  },
  ...{ everyMs: 15_000, deadlineMs: 5_000, staleMs: minute },
};
const load = (value: number): Reading => ({ kind: 'gauge', figure: 'load', value });
const id = (name: string): ServerId => ({ backend: backendName('shop'), server: serverName(name) });
const refused = new RejuvError('host-unreachable', { host: 'web1', problem: 'connection refused' });

let world: FakeWorld;
let control: LocalControl;

/** A sidecar that measures, once its first readings are due. */
async function measuring(sources: readonly SourceSettings[] = [node]): Promise<void> {
  world = fakeWorld({ source: 'sidecar', backend: { sources } });
  control = world.control;
  world.metrics.answers.set('node', () => [load(1)]);
  await control.start(never);
}

const pass = async (ms: number): Promise<void> => await world.clock.sleep(ms, never);
const keptOf = (source: string, server: string) =>
  world.samples.kept.filter((one) => one.source === source && one.server === `shop/${server}`);

afterEach(async () => await control.stop());

describe('the readings of a source', () => {
  it('come at its pace from every server, each at an instant of its own', async () => {
    await measuring();
    await pass(5 * minute + 1_000);
    const firsts = ['web1', 'web2', 'web3', 'web4'].map((name) => {
      const reads = world.metrics.readAt.get(`node shop/${name}`) ?? [];
      expect(reads.length).toBeGreaterThanOrEqual(20);
      expect(reads.slice(1).every((at, index) => at - (reads[index] ?? 0) === 15_000)).toBe(true);
      expect(keptOf('node', name).length).toBe(reads.length);
      return reads[0];
    });
    expect(new Set(firsts).size).toBe(4);
  });

  it('go on beside a server that hangs, and are never two at once even where no deadline is heeded', async () => {
    await measuring();
    world.metrics.heedless = true;
    world.metrics.hanging.add('node shop/web1');
    await pass(5 * minute);
    expect(world.metrics.readAt.get('node shop/web1')).toHaveLength(1);
    expect(world.metrics.most.ofOne).toBe(1);
    expect(keptOf('node', 'web2').length).toBeGreaterThanOrEqual(19);
    const failures = world.samples.failures.filter(({ server }) => server === 'shop/web1');
    expect(failures.length).toBeGreaterThan(10);
    expect(failures[0]?.problem.message).toBe('source node of shop/web1 gave no answer within 5000 ms');
  });

  it('that fail are kept with their problem, and tried again', async () => {
    await measuring();
    await pass(minute);
    world.metrics.broken.set('node shop/web1', refused);
    await pass(2 * minute);
    expect(world.samples.freshness(id('web1'), 'load', world.clock.now())).toMatchObject({
      ...{ kind: 'stale', problem: refused },
    });
    world.metrics.broken.clear();
    await pass(20_000);
    expect(world.samples.freshness(id('web1'), 'load', world.clock.now()).kind).toBe('fresh');
  });

  it('of totals become rates, and a total that begins anew gives none', async () => {
    let total = 0;
    await measuring();
    world.metrics.answers.set('node', (_, { id: { server } }) => {
      if (server !== 'web1') return [];
      return [{ kind: 'counter', figure: 'errors.rate', value: (total += 30) }];
    });
    await pass(2 * minute);
    total = -30;
    await pass(2 * minute);
    const rates = keptOf('node', 'web1').flatMap(({ values }) => values['errors.rate'] ?? []);
    expect(rates.length).toBeGreaterThan(10);
    expect(rates.every((rate) => rate === 2)).toBe(true);
  });

  it('of a start tell a restart once, however its instant trembles, and give the uptime', async () => {
    await measuring();
    let bootAt = world.clock.now() - 60 * minute;
    world.metrics.answers.set('node', (at) => [
      { kind: 'started', what: 'host', at: bootAt + (at % 3) * 1_000 },
    ]);
    await pass(minute);
    const known = world.samples.youngSince(id('web1'));
    expect(Math.abs((known ?? 0) - bootAt)).toBeLessThan(3_000);
    const uptime = keptOf('node', 'web1').at(-1)?.values['uptime'] ?? 0;
    expect(Math.abs(uptime - 61 * minute)).toBeLessThan(20_000);
    await pass(5 * minute);
    expect(world.samples.youngSince(id('web1'))).toBe(known);
    bootAt = world.clock.now();
    await pass(minute);
    expect(Math.abs((world.samples.youngSince(id('web1')) ?? 0) - bootAt)).toBeLessThan(3_000);
  });

  it('are not taken of a server whose load balancers do not agree where it is', async () => {
    await measuring();
    world.a.row('shop/web1').address = world.shop.server('web2').address;
    await pass(minute);
    const before = world.metrics.readAt.get('node shop/web1')?.length ?? 0;
    await pass(2 * minute);
    expect(world.metrics.readAt.get('node shop/web1')?.length ?? 0).toBe(before);
    expect(world.samples.freshness(id('web1'), 'load', world.clock.now())).toMatchObject({ kind: 'stale' });
    expect(world.samples.failures.at(-1)?.problem.code).toBe('address-differs');
    expect(world.samples.freshness(id('web2'), 'load', world.clock.now()).kind).toBe('fresh');
  });
});

describe("HAProxy's own figures", () => {
  it('are those of both load balancers together, every 15 s', async () => {
    await measuring();
    world.shop.server('web1').busy = 3;
    await pass(2 * minute);
    const kept = keptOf('haproxy', 'web1');
    expect(kept.length).toBeGreaterThanOrEqual(7);
    expect(kept.length).toBeLessThanOrEqual(10);
    expect(kept.at(-1)?.values).toMatchObject({ sessions: 6, queue: 0 });
    expect(kept[0]?.values['requests.rate']).toBeUndefined();
    expect(kept.at(-1)?.values['requests.rate']).toBeGreaterThanOrEqual(0);
  });

  it('are missing while one load balancer does not answer, and rates begin anew with a new process', async () => {
    await measuring();
    await pass(minute);
    const facts = { loadBalancer: 'lb-a', socket: '/run/lb-a.sock', problem: 'refused' };
    world.a.faults.fail('read', new RejuvError('haproxy-down', facts));
    await pass(2 * minute);
    expect(world.samples.freshness(id('web1'), 'sessions', world.clock.now())).toMatchObject({
      ...{ kind: 'stale', source: 'haproxy', problem: { code: 'haproxy-down' } },
    });
    world.a.faults.heal('read');
    world.a.reloadWithState();
    const before = keptOf('haproxy', 'web1').length;
    await pass(minute);
    const rates = keptOf('haproxy', 'web1')
      .slice(before)
      .map(({ values }) => values['requests.rate']);
    expect(rates[0]).toBeUndefined();
    expect(rates.at(-1)).toBeGreaterThanOrEqual(0);
  });

  it('leave a figure to the source that the config file takes it from', async () => {
    const metric = { figure: 'errors.rate', unit: 'per-second', metric: 'errors', labels: {} } as const;
    await measuring([{ ...node, metrics: [{ ...metric, counter: true, quantile: null, scale: 1 }] }]);
    await pass(minute);
    const figures = Object.keys(keptOf('haproxy', 'web1').at(-1)?.values ?? {});
    expect(figures).toEqual(['sessions', 'queue', 'requests.rate']);
  });

  it('are not kept of a backend that neither has sources nor rules', async () => {
    await measuring([]);
    await pass(minute);
    expect(world.samples.kept).toEqual([]);
  });
});

describe('a source that stays silent', () => {
  it('is a finding beyond its limit, and told once when it lasts; one line for all servers', async () => {
    await measuring();
    await pass(minute);
    for (const name of ['web1', 'web2', 'web3', 'web4']) {
      world.metrics.broken.set(`node shop/${name}`, refused);
    }
    const at = world.clock.now();
    await pass(2 * minute);
    const { findings } = await control.status(never);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ severity: 'warning', where: 'shop' });
    // The spare sleeps in maint: nobody misses its figures.
    expect(findings[0]?.message).toBe(
      `source node of backend shop gives nothing usable of web1, web2, web3: ${refused.message}`,
    );
    expect(Math.abs(Date.parse(findings[0]?.at ?? '') - at)).toBeLessThan(20_000);
    expect(world.store.of('alert')).toEqual([]);
    await pass(60 * minute);
    expect(world.store.of('alert').map(({ code }) => code)).toEqual(['source-stale']);
    expect((await control.status(never)).findings.map(({ severity }) => severity)).toEqual(['alert']);
    world.metrics.broken.clear();
    await pass(minute);
    expect((await control.status(never)).findings).toEqual([]);
  });
});

describe('the samples', () => {
  it('are written every 15 s; what cannot be is told once until it can be again', async () => {
    await measuring();
    await pass(minute);
    expect(world.samples.flushes).toBeGreaterThanOrEqual(3);
    world.samples.full = true;
    await pass(10 * minute);
    expect(world.store.of('alert').map(({ code }) => code)).toEqual(['samples-unwritable']);
    expect((await control.status(never)).findings.map(({ message }) => message)).toEqual([
      'cannot write samples in /in/memory/samples: the disk is full',
    ]);
    world.samples.full = false;
    await pass(minute);
    expect((await control.status(never)).findings).toEqual([]);
    world.samples.full = true;
    await pass(minute);
    expect(world.store.of('alert')).toHaveLength(2);
  });

  it('stay over a reload, and the sources follow the file', async () => {
    world = fakeWorld({ source: 'sidecar', backend: { sources: [node] } });
    const { settings } = world;
    const backends = settings.backends.map((one) => ({ ...one, sources: [{ ...node, name: 'other' }] }));
    const next = { ...world.world, settings: { ...settings, backends } };
    control = createControl(world.world, async () => await Promise.resolve(next));
    world.metrics.answers.set('node', () => [load(1)]);
    world.metrics.answers.set('other', () => [{ kind: 'gauge', figure: 'threads', value: 5 }]);
    await control.start(never);
    await pass(minute);
    await control.reload('anna', never);
    await pass(minute);
    expect(world.metrics.closed).toEqual(['node']);
    const before = world.metrics.readAt.get('node shop/web1')?.length;
    await pass(minute);
    expect(world.metrics.readAt.get('node shop/web1')?.length).toBe(before);
    expect(world.samples.recent(id('web1'), 'load').length).toBeGreaterThan(0);
    expect(world.samples.recent(id('web1'), 'threads').length).toBeGreaterThan(0);
  });
});
