import { afterEach, describe, expect, it } from 'vitest';
import {
  createWatch,
  type UnaskedReboot,
  type VerdictChange,
  type Watch,
} from '../../../src/control/watch/watch.ts';
import type { World } from '../../../src/control/world.ts';
import { createWorlds, type Worlds } from '../../../src/control/worlds.ts';
import { RejuvError } from '../../../src/domain/errors.ts';
import { backendName, serverName, type ServerId } from '../../../src/domain/names.ts';
import type { BackendSettings } from '../../../src/domain/settings.ts';
import { fakeWorld, follow, never, request, someFaults, type FakeWorld } from '../../fakes/world.ts';

interface Scene extends FakeWorld {
  readonly watch: Watch;
  readonly worlds: Worlds;
  /** `web1 well to failed`, in order. */
  readonly told: string[];
  readonly changes: VerdictChange[];
  readonly reboots: UnaskedReboot[];
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  /** Virtual time. */
  pass(ms: number): Promise<void>;
}

const stops: Scene[] = [];

afterEach(async () => {
  for (const { stop, ended } of stops.splice(0)) {
    stop.abort(new Error('the test is over'));
    await ended;
  }
});

function watching(
  change: Partial<BackendSettings> = {},
  outside: (world: FakeWorld) => Partial<World> = () => ({}),
): Scene {
  const fake = fakeWorld({ backend: { faults: someFaults, ...change } });
  const worlds = createWorlds({ ...fake.world, ...outside(fake) });
  const told: string[] = [];
  const changes: VerdictChange[] = [];
  const reboots: UnaskedReboot[] = [];
  const watch = createWatch(worlds, () => fake.store.records, {
    onVerdict: (one) => {
      changes.push(one);
      if (one.before === one.judgement.verdict) return;
      told.push(`${one.server.server} ${one.before ?? 'new'} to ${one.judgement.verdict}`);
    },
    onReboot: (reboot) => reboots.push(reboot),
  });
  const stop = new AbortController();
  const ended = watch.run(stop.signal);
  const pass = async (ms: number): Promise<void> => await fake.clock.sleep(ms, never);
  const scene = { ...fake, worlds, watch, told, changes, reboots, stop, ended, pass };
  stops.push(scene);
  return scene;
}

const unreachable = new RejuvError('host-unreachable', { host: '10.0.0.21', problem: 'timed out' });
const silence = async (): Promise<never> => await new Promise<never>(() => undefined);

function id(name: string): ServerId {
  return { backend: backendName('shop'), server: serverName(name) };
}

function verdicts({ watch }: Scene): string[] {
  return ['web1', 'web2', 'web3', 'web4'].map((name) => watch.judgementOf(id(name))?.verdict ?? 'none');
}

describe('a watch over servers that are well', () => {
  it('says so of each, the sleeping spare by SSH alone', async () => {
    const scene = watching();
    await scene.pass(7_000);
    expect(verdicts(scene)).toEqual(['well', 'well', 'well', 'well']);
    expect(scene.watch.judgementOf(id('web4'))?.duty).toBe('asleep');
    await scene.pass(60_000);
    expect(scene.told).toHaveLength(4);
    expect(scene.reboots).toEqual([]);
  });

  it('keeps one login per server, and changes nothing', async () => {
    const scene = watching();
    await scene.pass(60_000);
    const logins = scene.hosts.faults.calls.filter((call) => call.startsWith('connect'));
    expect(logins).toHaveLength(4);
    expect(scene.a.faults.calls.every((call) => call === 'read')).toBe(true);
    expect(scene.events).toEqual([]);
  });

  it('looks at nothing where the backend has no `faults`', async () => {
    const scene = watching({ faults: null });
    await scene.pass(60_000);
    expect(scene.a.faults.calls).toEqual([]);
    expect(verdicts(scene)).toEqual(['none', 'none', 'none', 'none']);
  });
});

describe('a watch tells', () => {
  it('of a server that died, one look after both load balancers know it', async () => {
    const scene = watching();
    await scene.pass(10_000);
    const killed = scene.clock.now();
    scene.shop.setRunning('web1', false);
    await scene.pass(20_000);
    const failed = scene.changes.find(({ judgement }) => judgement.verdict === 'failed');
    expect(failed?.server.server).toBe('web1');
    // The fake load balancers need two seconds to find it down.
    expect((failed?.judgement.since ?? 0) - killed).toBeLessThanOrEqual(2_000 + someFaults.everyMs);
    expect(failed?.judgement.facts.map(({ source, says }) => `${source} ${says}`)).toEqual([
      'lb-a failed',
      'lb-b failed',
      'watchdog failed',
      'ssh passed',
    ]);
    scene.shop.setRunning('web1', true);
    await scene.pass(10_000);
    expect(scene.told.slice(-1)).toEqual(['web1 suspect to well']);
  });

  it('of one that hangs: up in HAProxy, with a probe that fails', async () => {
    const scene = watching();
    await scene.pass(10_000);
    scene.shop.server('web2').passesProbe = false;
    await scene.pass(10_000);
    expect(scene.told.slice(4)).toEqual(['web2 well to suspect', 'web2 suspect to hung']);
  });

  it('of one whose SSH is dead while it serves', async () => {
    const scene = watching({}, ({ hosts }) => ({
      hosts: {
        connect: async (host) =>
          await (host.host === '10.0.0.21' ? Promise.reject(unreachable) : hosts.connect(host)),
        copy: async (from, to) => await hosts.copy(from, to),
      },
    }));
    await scene.pass(20_000);
    expect(verdicts(scene)).toEqual(['unreachable', 'well', 'well', 'well']);
  });

  it('of load balancers that disagree, and nothing more', async () => {
    const scene = watching();
    await scene.pass(10_000);
    // Behind another address on one of the two: the fake of a network that is cut to one node.
    scene.shop.server('web4').running = false;
    scene.a.row('shop/web1').address = scene.shop.server('web4').address;
    await scene.pass(20_000);
    expect(scene.told.filter((one) => one.startsWith('web1')).slice(1)).toEqual([
      'web1 well to suspect',
      'web1 suspect to split',
    ]);
  });

  it('of a dead spare before it is needed', async () => {
    const scene = watching({ spare: { start: null, stop: null, deadlineMs: 1_000 } });
    await scene.pass(20_000);
    expect(scene.watch.judgementOf(id('web4'))).toMatchObject({ duty: 'warm', verdict: 'failed' });
  });

  it('of a reboot that nobody asked for, once', async () => {
    const scene = watching();
    await scene.pass(10_000);
    scene.shop.boot('web3');
    await scene.pass(20_000);
    expect(scene.reboots.map(({ server }) => server.server)).toEqual(['web3']);
  });
});

describe('a rejuvenation beside the watch', () => {
  it('is no fault: neither its reboot nor what fails meanwhile is told', async () => {
    const scene = watching();
    await scene.pass(10_000);
    const { last } = await follow(scene.control, request('rejuvenation', 'web1'));
    expect(last.state).toBe('completed');
    await scene.pass(20_000);
    expect(scene.reboots).toEqual([]);
    expect(scene.told.filter((one) => /to (failed|hung|split|unreachable)/.test(one))).toEqual([]);
    expect(verdicts(scene)).toEqual(['well', 'well', 'well', 'well']);
  });
});

describe('peers that never answer', () => {
  it('one load balancer: the other one and the watchdog still tell of a dead server', async () => {
    const scene = watching({}, ({ a, b }) => ({ loadBalancers: [a, { ...bound(b), read: silence }] }));
    await scene.pass(10_000);
    expect(scene.watch.judgementOf(id('web1'))?.verdict).toBe('well');
    const killed = scene.clock.now();
    scene.shop.setRunning('web1', false);
    await scene.pass(30_000);
    const failed = scene.changes.find(({ judgement }) => judgement.verdict === 'failed');
    expect(failed?.server.server).toBe('web1');
    expect((failed?.judgement.since ?? 0) - killed).toBeLessThan(15_000);
  });

  it('both load balancers: nothing is known, and nobody is called failed', async () => {
    const scene = watching({}, ({ a, b }) => ({
      loadBalancers: [
        { ...bound(a), read: silence },
        { ...bound(b), read: silence },
      ],
    }));
    scene.shop.setRunning('web1', false);
    await scene.pass(120_000);
    expect(verdicts(scene).slice(0, 3)).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it('a probe: it fails, while the load balancers and SSH are looked at as ever', async () => {
    const scene = watching({}, () => ({ probe: { get: silence } }));
    await scene.pass(30_000);
    expect(verdicts(scene)).toEqual(['hung', 'hung', 'hung', 'well']);
    const reads = scene.a.faults.calls.filter((call) => call === 'read').length;
    expect(reads).toBeGreaterThanOrEqual(14);
  });

  it('SSH: it is dead, while the probe still tells of a hung server', async () => {
    const scene = watching({}, ({ hosts }) => ({
      hosts: { connect: silence, copy: async (from, to) => await hosts.copy(from, to) },
    }));
    await scene.pass(10_000);
    scene.shop.server('web2').passesProbe = false;
    await scene.pass(10_000);
    expect(scene.watch.judgementOf(id('web2'))?.verdict).toBe('hung');
    await scene.pass(60_000);
    expect(verdicts(scene)).toEqual(['unreachable', 'hung', 'unreachable', 'failed']);
  });

  it('a login that HAProxy needs, slower than a look: it succeeds in the end', async () => {
    const scene = watching({}, (fake) => {
      let connected = false;
      const read: World['loadBalancers'][number]['read'] = async (backends, signal) => {
        if (!connected) await fake.clock.sleep(5_000, signal);
        connected = true;
        return await fake.b.read(backends);
      };
      return { loadBalancers: [fake.a, { ...bound(fake.b), read }] };
    });
    await scene.pass(3_000);
    expect(scene.watch.judgementOf(id('web1'))?.facts[1]).toMatchObject({ source: 'lb-b', says: 'unknown' });
    await scene.pass(7_000);
    expect(scene.watch.judgementOf(id('web1'))?.facts[1]).toMatchObject({ source: 'lb-b', says: 'passed' });
  });

  it('a refused login says nothing about the server', async () => {
    const refused = new RejuvError('login-refused', { host: 'web1', user: 'rejuv', problem: 'no key fits' });
    const scene = watching({}, ({ hosts }) => ({
      hosts: {
        connect: async () => await Promise.reject(refused),
        copy: async (from, to) => await hosts.copy(from, to),
      },
    }));
    await scene.pass(30_000);
    expect(verdicts(scene)).toEqual(['well', 'well', 'well', 'unknown']);
  });
});

describe('a reload of the config file', () => {
  it('is followed: what left is forgotten, and the evidence of the rest stays', async () => {
    const scene = watching();
    await scene.pass(10_000);
    const { settings } = scene.world;
    const [backend] = settings.backends;
    if (backend === undefined) throw new Error('the fake shop has a backend');
    const fewer = { ...backend, servers: backend.servers.filter(({ name }) => name !== 'web3') };
    scene.worlds.replace({ ...scene.world, settings: { ...settings, backends: [fewer] } });
    await scene.pass(10_000);
    expect(verdicts(scene)).toEqual(['well', 'well', 'none', 'well']);
    expect(scene.told).toHaveLength(4);
  });
});

/** The methods of a fake as an object of its own, so that one of them can be another one. */
function bound(one: FakeWorld['a']): FakeWorld['world']['loadBalancers'][number] {
  return {
    name: one.name,
    read: async (backends) => await one.read(backends),
    readClosely: async (backends) => await one.readClosely(backends),
    setAdmin: async (server, state) => await one.setAdmin(server, state),
    setAgent: async (server, enabled) => await one.setAgent(server, enabled),
    setWeight: async (server, weight) => await one.setWeight(server, weight),
    closeIdle: async (server) => await one.closeIdle(server),
    closeSessions: async (server) => await one.closeSessions(server),
    level: async () => await one.level(),
    close: async () => await one.close(),
  };
}
