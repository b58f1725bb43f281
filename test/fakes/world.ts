import type { CalendarSettings } from '../../src/domain/calendar.ts';
import type { Event } from '../../src/domain/event.ts';
import { backendName, loadBalancerName, serverName, type OperationId } from '../../src/domain/names.ts';
import type { Operation, OperationRequest } from '../../src/domain/operation.ts';
import type { Progress } from '../../src/domain/progress.ts';
import type { ProbeAnswer } from '../../src/domain/seams.ts';
import type { AdminState } from '../../src/domain/server.ts';
import type { BackendSettings, FaultSettings, Settings, SshSettings } from '../../src/domain/settings.ts';
import type { World } from '../../src/control/world.ts';
import { createControl, type LocalControl } from '../../src/control/local-control.ts';
import { createCron } from '../../src/io/cron.ts';
import { FakeClock } from './clock.ts';
import { FakeFreezeFiles } from './freeze-files.ts';
import { FakeHosts } from './hosts.ts';
import { FakeLoadBalancer } from './load-balancer.ts';
import { FakeAlerts, FakeMarkers } from './outside.ts';
import { FakeMetrics } from './metrics.ts';
import { FakeSamples } from './samples.ts';
import { FakeShop } from './shop.ts';
import { FakeStore } from './store.ts';

/** A whole shop on fakes: two load balancers, three primaries, one sleeping spare, virtual time. */
export interface FakeWorld {
  readonly clock: FakeClock;
  readonly shop: FakeShop;
  readonly a: FakeLoadBalancer;
  readonly b: FakeLoadBalancer;
  readonly hosts: FakeHosts;
  readonly store: FakeStore;
  readonly samples: FakeSamples;
  readonly metrics: FakeMetrics;
  readonly freezeFiles: FakeFreezeFiles;
  readonly alerts: FakeAlerts;
  readonly markers: FakeMarkers;
  readonly events: Event[];
  /** Looks at each command that runs on the sidecar's own machine, when it is done. */
  readonly machine: { onRun: (command: string) => void };
  /** Laws that were broken, as `test/fakes/ordeal.ts` watches them. */
  readonly lawsBroken: string[];
  /** When the poll loop of a sidecar ended a turn, in monotonic time. */
  readonly turnsAt: number[];
  readonly settings: Settings;
  readonly world: World;
  readonly control: LocalControl;
  /** Another process over the same records and the same outside. */
  restart(): LocalControl;
}

const initially: Readonly<Record<string, AdminState>> = {
  web1: 'ready',
  web2: 'ready',
  web3: 'ready',
  web4: 'maint',
};

export function fakeWorld(
  change: {
    backend?: Partial<BackendSettings>;
    settings?: Partial<Settings>;
    source?: 'sidecar' | 'direct';
  } = {},
): FakeWorld {
  const clock = new FakeClock({ auto: true });
  const shop = new FakeShop(clock, Object.keys(initially));
  shop.setRunning('web4', false);
  const a = new FakeLoadBalancer('lb-a', shop, initially);
  const b = new FakeLoadBalancer('lb-b', shop, initially);
  const hosts = new FakeHosts(shop);
  const store = new FakeStore();
  const samples = new FakeSamples();
  const metrics = new FakeMetrics(clock);
  const events: Event[] = [];
  const turnsAt: number[] = [];
  const machine: FakeWorld['machine'] = { onRun: () => undefined };
  const cron = createCron();
  const freezeFiles = new FakeFreezeFiles();
  const alerts = new FakeAlerts();
  const markers = new FakeMarkers();
  const settings = fakeSettings(shop, change.backend, change.settings);
  let ids = 0;
  const world: World = {
    settings,
    loadBalancers: [a, b],
    hosts,
    probe: { get: async (url) => await probe(shop, url) },
    store,
    samples,
    sourceOf: metrics.sourceOf,
    clock,
    runner: {
      async run(command) {
        await Promise.resolve();
        machine.onRun(command);
        return { status: 0, endedBy: null, stdout: '', stderr: '', truncated: false };
      },
    },
    newId: () => `op-${(ids += 1)}`,
    onEvent: (event) => events.push(event),
    onTurn: () => turnsAt.push(clock.monotonic()),
    cron,
    freezeFiles,
    alerts,
    markers,
    close: () => Promise.resolve(),
    source: change.source ?? 'direct',
  };
  const create = (): LocalControl => createControl(world);
  return {
    clock,
    shop,
    a,
    b,
    hosts,
    store,
    samples,
    metrics,
    freezeFiles,
    alerts,
    markers,
    events,
    machine,
    lawsBroken: [],
    turnsAt,
    settings,
    world,
    control: create(),
    restart: create,
  };
}

async function probe(shop: FakeShop, url: string): Promise<ProbeAnswer> {
  await Promise.resolve();
  const server = shop.at(new URL(url).hostname);
  if (!server.running) return { status: null, problem: 'connection refused', tookMs: 1 };
  const status = server.passesProbe ? 200 : 503;
  return { status, problem: null, tookMs: 1 };
}

function ssh(host: string): SshSettings {
  return {
    host,
    port: 22,
    user: 'rejuv',
    privateKey: '/etc/rejuv/id_ed25519',
    agent: false,
    knownHosts: '/etc/rejuv/known_hosts',
    connectTimeoutMs: 10_000,
  };
}

function fakeSettings(
  shop: FakeShop,
  backend: Partial<BackendSettings> = {},
  settings: Partial<Settings> = {},
): Settings {
  const name = (text: string) => loadBalancerName(text);
  return {
    loadBalancers: ['lb-a', 'lb-b'].map((one) => ({
      name: name(one),
      socket: { kind: 'unix', path: `/run/${one}.sock` },
      master: null,
    })),
    stateDirectory: '/var/lib/rejuv',
    listen: { path: '/run/rejuv/rejuv.sock', group: null },
    pollMs: 2_000,
    oldWorkersGoneMs: 600_000,
    whenOneIsDown: 'block',
    onAlert: null,
    calendar: openCalendar,
    backends: [
      {
        name: backendName('shop'),
        mode: 'active-standby',
        minServing: 2,
        allowUnchecked: false,
        servers: [...shop.servers.values()].map((server) => ({
          name: serverName(server.name),
          ssh: ssh(server.address),
          role: server.name === 'web4' && backend.mode !== 'active-active' ? 'spare' : 'primary',
          sameHost: [],
        })),
        probe: {
          url: 'http://{address}:{port}/health',
          expect: 200,
          passes: 3,
          everyMs: 1_000,
          timeoutMs: 2_000,
          deadlineMs: 60_000,
        },
        spare: {
          start: 'sudo -n systemctl start shop',
          stop: 'sudo -n systemctl stop shop',
          deadlineMs: 120_000,
        },
        duplex: [
          { kind: 'run', on: 'aged', command: 'sudo -n shopctl flush-sessions', deadlineMs: 30_000 },
          { kind: 'copy', from: '/var/lib/shop/sessions', to: '/var/lib/shop/sessions', deadlineMs: 120_000 },
          { kind: 'request', on: 'spare', path: '/health', times: 5, deadlineMs: 60_000 },
        ],
        drain: { persistenceMs: 30_000, deadlineMs: 600_000, atDeadline: 'wait' },
        actions: [
          { kind: 'run', command: 'sudo -n clean', deadlineMs: 60_000, once: false },
          { kind: 'reboot', command: 'sudo -n systemctl reboot', deadlineMs: 600_000 },
        ],
        rolling: { maxFailed: 0, pauseMs: 60_000, askAfter: [] },
        ramp: null,
        bake: null,
        schedule: [],
        calendar: { ...openCalendar, maxAtOnce: 1 },
        faults: null,
        sources: [],
        rules: [],
        blockers: { alerts: [], deploys: [] },
        capacity: null,
        goAhead: null,
        ...backend,
      },
    ],
    ...settings,
  };
}

/** Everything of faults, with the defaults of the config file. */
export const someFaults: FaultSettings = {
  everyMs: 2_000,
  fall: 3,
  rise: 2,
  watchdog: true,
  ssh: true,
  onFault: 'failover',
  recover: [],
  failback: 'manual',
  checkpoint: null,
  storm: { share: 1 / 3, windowMs: 60_000, quietMs: 600_000 },
  flap: { times: 3, windowMs: 3_600_000 },
};

/** A calendar that holds nothing up. */
export const openCalendar: CalendarSettings = {
  windows: [],
  freezes: [],
  freezeFiles: [],
  spacingMs: 0,
  jitterMs: null,
  maxAtOnce: null,
};

export const never = new AbortController().signal;

export function request(
  kind: OperationRequest['kind'],
  server: string,
  change: Partial<OperationRequest> = {},
): OperationRequest {
  return {
    kind,
    target: { backend: backendName('shop'), server: serverName(server) },
    trigger: 'operator',
    by: 'anna',
    reason: null,
    force: false,
    noWait: false,
    run: null,
    because: null,
    ...change,
  };
}

/** Begins an operation and follows it to its end. */
export async function follow(
  control: LocalControl,
  wanted: OperationRequest,
): Promise<{ id: OperationId; lines: Progress[]; last: Progress }> {
  const id = await control.begin(wanted, never);
  const lines: Progress[] = [];
  for await (const line of control.watch(id, never)) lines.push(line);
  const last = lines.at(-1);
  if (last === undefined) throw new Error('no progress at all');
  return { id, lines, last };
}

/** Waits, in virtual time, until the operation has reached a phase or a step. */
export async function until(
  world: FakeWorld,
  reached: (operation: Operation) => boolean,
): Promise<Operation> {
  for (let turns = 0; turns < 5_000; turns += 1) {
    const operation = world.store.records.operations.at(-1);
    if (operation !== undefined && reached(operation)) return operation;
    await world.clock.sleep(50, never);
  }
  throw new Error('the operation never got there');
}
