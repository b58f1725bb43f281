import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { cronRules } from '../../src/io/cron.ts';
import type { FigureName } from '../../src/domain/figure.ts';
import { haproxySourceName } from '../../src/domain/sources.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { backendName, serverName } from '../../src/domain/names.ts';
import { contract } from '../cli/contract.ts';
import { fakeWorld, never, type FakeWorld } from '../fakes/world.ts';
import { hourMs, minuteMs } from './scheduled-shop.ts';

const isStatus = contract('status');
const isWhy = contract('why');

// Hours with a look every two seconds.
vi.setConfig({ testTimeout: 90_000 });

/** A sidecar with the settings of a shipped example, on a shop that has just its servers. */
function shopOf(name: string, startAt: string): FakeWorld {
  const text = readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');
  const settings = readConfig(text, { path: name, cron: cronRules });
  const world = fakeWorld({ source: 'sidecar', settings });
  const [backend] = settings.backends;
  for (const id of [...world.a.rows.keys()]) {
    const server = backend?.servers.find((one) => id === `shop/${one.name}`);
    for (const balancer of [world.a, world.b]) {
      if (server === undefined) balancer.rows.delete(id);
      else balancer.row(id).bits = server.role === 'spare' ? 5 : 0;
    }
  }
  const { shop } = world;
  for (const [index, server] of [...shop.servers.values()].entries()) {
    server.bootedAt -= index * hourMs;
    server.requestMs = 200;
    shop.setRunning(server.name, true);
    server.changedAt = shop.clock.monotonic() - hourMs;
  }
  world.clock.jumpWall(Date.parse(startAt) - world.clock.now());
  // A day on which more was served than now, which is what the servers have been seen to carry.
  for (const { name: server } of backend?.servers ?? []) {
    const source = { name: haproxySourceName, everyMs: 15_000, staleMs: minuteMs };
    const values = new Map([
      ['requests.rate', 40],
      ['sessions', 30],
    ]);
    const id = { backend: settings.backends[0]!.name, server };
    world.samples.keep(id, source, values, world.clock.now() - 10 * minuteMs);
    shop.server(server).busy = 2;
  }
  return world;
}

/** What a source gives of each server; web2 is the one that ages, until it has been rejuvenated. */
function script(
  world: FakeWorld,
  source: string,
  figuresOf: (aged: boolean) => Readonly<Record<FigureName, number>>,
): void {
  world.metrics.answers.set(source, (at, { id }) => {
    const aged = id.server === 'web2' && last(world)?.phase !== 'completed';
    const { bootedAt } = world.shop.server(id.server);
    return [
      { kind: 'started', what: 'host', at: at - (world.clock.monotonic() - bootedAt) } as const,
      ...Object.entries(figuresOf(aged)).map(
        ([figure, value]) => ({ kind: 'gauge', figure, value }) as const,
      ),
    ];
  });
}

const last = (world: FakeWorld): Operation | undefined => world.store.records.operations.at(-1);

/** A sidecar until its first operation has ended, for so long at most; each operation, and each run that began none. */
async function after(world: FakeWorld, ms: number): Promise<object[]> {
  const { clock, control } = world;
  const end = clock.now() + ms;
  await control.start(never);
  while (clock.now() < end && (last(world)?.endedAt ?? null) === null) await clock.sleep(minuteMs, never);
  await control.stop();
  return [
    ...world.store.records.operations.map(({ server, trigger, phase, cause }) => ({
      ...{ server, trigger, phase, cause: cause?.code ?? null },
    })),
    ...world.store.records.runs.map(({ outcome, code }) => ({ outcome, code })),
  ];
}

const completed = { phase: 'completed', cause: null };

it('rejuvenate.yaml, static alone: rejuvenates by its schedule', async () => {
  const world = shopOf('rejuvenate.yaml', '2026-03-10T02:29:00Z');
  expect(await after(world, 20 * minuteMs)).toEqual([{ ...completed, server: 'web2', trigger: 'schedule' }]);
});

it('calendar.yaml: rejuvenates by its schedule, and not in its freeze', async () => {
  const world = shopOf('calendar.yaml', '2026-03-10T02:25:00Z');
  world.freezeFiles.files.set('/etc/rejuv/holidays.ics', []);
  expect(await after(world, 40 * minuteMs)).toEqual([{ ...completed, server: 'web2', trigger: 'schedule' }]);

  const frozen = shopOf('calendar.yaml', '2026-11-24T02:25:00Z');
  frozen.freezeFiles.files.set('/etc/rejuv/holidays.ics', []);
  expect(await after(frozen, 40 * minuteMs)).toEqual([{ outcome: 'refused', code: 'frozen' }]);
});

it('active-active.yaml: rejuvenates by its schedule, without a spare, and returns it step by step', async () => {
  const world = shopOf('active-active.yaml', '2026-03-09T23:59:00Z');
  expect(await after(world, 50 * minuteMs)).toEqual([{ ...completed, server: 'web4', trigger: 'schedule' }]);
  expect(last(world)?.spare).toBeNull();
  expect(world.a.row('shop/web4').weight).toBe(100);
});

it('node-exporter.yaml: rejuvenates the server whose memory is full, once its window is open', async () => {
  const world = shopOf('node-exporter.yaml', '2026-03-09T23:40:00Z');
  script(world, 'node', (aged) => ({ 'memory.used': aged ? 0.9 : 0.4, 'swap.used': 0 }));
  expect(await after(world, 45 * minuteMs)).toEqual([{ ...completed, server: 'web2', trigger: 'threshold' }]);
  expect(last(world)).toMatchObject({ because: { severity: 'aging', rule: 'memory.used > 85%' } });
  expect(last(world)?.startedAt).toBeGreaterThanOrEqual(Date.parse('2026-03-10T00:00:00Z'));
});

it('calls off what is no longer needed once the spare is up', async () => {
  const world = shopOf('node-exporter.yaml', '2026-03-10T00:05:00Z');
  const needed = () => last(world) === undefined;
  script(world, 'node', (aged) => ({ 'memory.used': aged && needed() ? 0.9 : 0.4, 'swap.used': 0 }));
  expect(await after(world, 30 * minuteMs)).toEqual([
    { server: 'web2', trigger: 'threshold', phase: 'called-off', cause: 'no-longer-aged' },
  ]);
  expect([world.a, world.b].map((one) => [one.admin('shop/web2'), one.admin('shop/web4')])).toEqual([
    ['ready', 'maint'],
    ['ready', 'maint'],
  ]);
  expect(world.shop.server('web2').boots).toBe(0);
});

it('says of the server that waits for its window why it is aged, and until when', async () => {
  const world = shopOf('node-exporter.yaml', '2026-03-09T23:40:00Z');
  script(world, 'node', (aged) => ({ 'memory.used': aged ? 0.9 : 0.4, 'swap.used': 0 }));
  await world.control.start(never);
  await world.clock.sleep(15 * minuteMs, never);
  const status = await world.control.status(never);
  const why = await world.control.why({ backend: backendName('shop'), server: serverName('web2') }, never);
  const { aged } = await world.control.plan(1, never);
  await world.control.stop();

  expect({ valid: isStatus(status), errors: isStatus.errors }).toEqual({ valid: true, errors: null });
  const web2 = status.backends[0]?.servers.find(({ name }) => name === 'web2');
  const held = { severity: 'aging', rule: 'memory.used > 85%' };
  expect(web2).toMatchObject({ condition: 'aging', aged: [held] });
  expect({ valid: isWhy(why), errors: isWhy.errors }).toEqual({ valid: true, errors: null });
  expect(why.aging[0]).toMatchObject({ severity: 'unstable', verdict: 'fails' });
  expect(why.aging[1]).toMatchObject({ ...held, verdict: 'holds' });
  expect(aged).toMatchObject([{ ...held, server: 'web2', verdict: 'refused', code: 'outside-window' }]);
});

it('prometheus.yaml: rejuvenates the server that is slow at once, though an alert about it fires, and not while it deploys', async () => {
  const slow = (aged: boolean) => ({
    'memory.used': 0.4,
    'process.memory': 2e9,
    'latency.p95': aged ? 900 : 120,
  });
  const about = { alertname: 'HostMemoryHigh', severity: 'page', instance: '10.0.0.22:9100' };
  const world = shopOf('prometheus.yaml', '2026-03-10T11:00:00Z');
  script(world, 'prom', slow);
  world.alerts.firingAt.set('http://10.0.0.5:9090', [{ labels: about, since: null }]);
  expect(await after(world, 20 * minuteMs)).toEqual([{ ...completed, server: 'web2', trigger: 'threshold' }]);
  expect(last(world)).toMatchObject({ because: { severity: 'unstable' } });

  const deploying = shopOf('prometheus.yaml', '2026-03-10T11:00:00Z');
  script(deploying, 'prom', slow);
  deploying.alerts.firingAt.set('http://10.0.0.5:9090', []);
  deploying.markers.files.set('/run/shop/deploying', deploying.clock.now());
  expect(await after(deploying, 20 * minuteMs)).toEqual([]);
});

it('ssh-only.yaml: restarts the shop on the server whose heap is full, after the last word of the shop', async () => {
  const world = shopOf('ssh-only.yaml', '2026-03-10T00:05:00Z');
  script(world, 'host', (aged) => ({ heap: (aged ? 3.5 : 1) * 2 ** 30, threads: 200, 'memory.used': 0.5 }));
  const asked: string[] = [];
  world.machine.onRun = (command) => asked.push(command);
  expect(await after(world, 30 * minuteMs)).toEqual([{ ...completed, server: 'web2', trigger: 'threshold' }]);
  expect(asked).toEqual(['/usr/local/bin/may-i']);
});
