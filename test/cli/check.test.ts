import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { examine } from '../../src/cli/check/examine.ts';
import type { Finding } from '../../src/cli/check/finding.ts';
import type { Subject } from '../../src/cli/check/subject.ts';
import { RejuvError } from '../../src/domain/errors.ts';
import { createMetricSource } from '../../src/io/metrics/metric-source.ts';
import { fakeWorld, type FakeWorld } from '../fakes/world.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rejuv-check-'));
});
afterEach(async () => await rm(directory, { recursive: true, force: true }));

function shop(change: Parameters<typeof fakeWorld>[0] = {}): FakeWorld {
  const listen = { path: join(directory, 'rejuv.sock'), group: null };
  return fakeWorld({
    ...change,
    settings: { stateDirectory: join(directory, 'a', 'b'), listen, ...change.settings },
  });
}

/** Nothing runs on this machine but what the test says; so HAProxy's files are not examined. */
const nothing = { status: 1, endedBy: null, stdout: '', stderr: '', truncated: false };

async function check(world: FakeWorld, change: Partial<Subject> = {}): Promise<Finding[]> {
  return await examine({
    settings: world.settings,
    loadBalancers: [world.a, world.b],
    masters: ['lb-a', 'lb-b'].map((name) => ({
      name,
      workers: () => Promise.resolve({ current: [7], old: [] }),
    })),
    limits: ['lb-a', 'lb-b'].map((name) => limitsOf(name, 2_000)),
    hosts: world.hosts,
    probe: { get: () => Promise.resolve({ status: 200, problem: null, tookMs: 1 }) },
    runner: { run: () => Promise.resolve(nothing) },
    clock: world.clock,
    cron: world.world.cron,
    freezeFiles: world.freezeFiles,
    alerts: world.alerts,
    markers: world.markers,
    sourceOf: (source) => createMetricSource(source, { clock: world.clock, hosts: world.hosts }),
    ...change,
  });
}

function limitsOf(name: string, maxconn: number, connections = 10): Subject['limits'][number] {
  return { name, read: () => Promise.resolve({ maxconn, connections }) };
}

function warnings(findings: readonly Finding[]): string[] {
  return findings.filter(({ severity }) => severity === 'warning').map(({ message }) => message);
}

function bad(findings: readonly Finding[]): (string | null)[] {
  return findings.filter(({ severity }) => severity === 'error').map(({ code, message }) => code ?? message);
}

describe('rejuv check', () => {
  it('warns of weights that the ramp of a backend cannot divide', async () => {
    const world = shop({ backend: { ramp: { steps: [0.25, 1], everyMs: 1_000 } } });
    const said = 'with these weights a `ramp` that begins at 25 % gives all at once';
    expect(warnings(await check(world))).not.toContain(said);
    Object.assign(world.a.row('shop/web1'), { weight: 1, configuredWeight: 1 });
    expect(warnings(await check(world))).toContain(said);
  });

  it('finds nothing wrong with a shop that is well', async () => {
    const findings = await check(shop());
    expect(bad(findings)).toEqual([]);
    expect(warnings(findings)).toEqual([]);
  });

  it('says which load balancer does not answer, and goes on with the other', async () => {
    const world = shop();
    world.a.read = () =>
      Promise.reject(new RejuvError('socket-missing', { loadBalancer: 'lb-a', socket: '/run/lb-a.sock' }));
    expect(bad(await check(world))).toEqual(['socket-missing']);
  });

  it('says that a socket does not allow changes', async () => {
    const world = shop();
    world.b.allowedLevel = 'user';
    expect(bad(await check(world))).toEqual(['haproxy-level']);
  });

  it('says that a server is on one load balancer only, or at another address there', async () => {
    const world = shop();
    world.a.rows.delete('shop/web1');
    world.b.row('shop/web2').address = world.shop.server('web3').address;
    expect(bad(await check(world))).toEqual(expect.arrayContaining(['server-missing', 'address-differs']));
  });

  it('says that a server has no health check', async () => {
    const world = shop();
    world.a.row('shop/web1').checked = false;
    expect(bad(await check(world))).toEqual(['no-checks']);
  });

  it('warns of fall 1, where it runs', async () => {
    const world = shop();
    const read = world.b.read.bind(world.b);
    world.b.read = async (backends) => {
      const view = await read(backends);
      const servers = view.servers.map((row) => ({
        ...row,
        check: { ...row.check, fall: row.id.server === 'web1' ? 1 : row.check.fall },
      }));
      return { ...view, servers };
    };
    expect(warnings(await check(world))).toEqual([expect.stringMatching(/^with `fall 1` .*\(lb-b\)$/)]);
  });

  it('says which server shares its host with another one that a reboot would hit', async () => {
    const world = shop();
    for (const balancer of [world.a, world.b]) balancer.add('api/web1', 'web1', 'ready');
    expect(bad(await check(world))).toEqual(['shared-host']);
  });

  it('warns of a spare that serves', async () => {
    const world = shop();
    for (const balancer of [world.a, world.b]) balancer.row('shop/web4').bits = 0;
    expect(warnings(await check(world))).toEqual(['shop/web4 is a spare, but ready on lb-a']);
  });

  it('asks the master socket for its processes', async () => {
    const good = { name: 'lb-a', workers: () => Promise.resolve({ current: [7], old: [] }) };
    const denied = new RejuvError('socket-denied', { loadBalancer: 'lb-b', socket: '/run/master.sock' });
    const masters = [good, { name: 'lb-b', workers: () => Promise.reject(denied) }];
    const findings = await check(shop(), { masters });
    expect(findings).toContainEqual(expect.objectContaining({ severity: 'ok', where: 'lb-a master' }));
    expect(bad(findings)).toEqual(['socket-denied']);
  });

  it('says that the places of the sidecar cannot be used', async () => {
    const world = shop({
      settings: {
        stateDirectory: '/dev/null/rejuv',
        listen: { path: '/nonexistent/deep/rejuv.sock', group: 'no-such-group' },
      },
    });
    expect(bad(await check(world))).toEqual([
      'records-unwritable',
      'listen-failed',
      'there is no such group',
    ]);
  });

  it('notes where old workers cannot be counted, and how many there are where they can', async () => {
    const masters = [{ name: 'lb-a', workers: () => Promise.resolve({ current: [7], old: [5, 6] }) }];
    const notes = (await check(shop(), { masters })).filter(({ where }) => where.endsWith('master'));
    expect(notes.map(({ where, severity }) => `${where} ${severity}`)).toEqual([
      'lb-a master note',
      'lb-b master note',
    ]);
    expect(notes[1]?.message).toContain('no reboot for 10m00s after each reload');
  });

  it('warns of a pair whose versions differ, or are too old to be tested with', async () => {
    const world = shop();
    const older = world.b.read.bind(world.b);
    world.b.read = async (backends) => ({ ...(await older(backends)), version: '2.4.22' });
    expect(warnings(await check(world))).toEqual([
      'the versions differ: lb-a runs 2.6.12, lb-b runs 2.4.22',
      'HAProxy 2.4.22 is older than 2.6, the oldest that rejuv is tested with',
    ]);
  });

  it('warns of a branch without fixes, and only notes it where a distribution has its own', async () => {
    const world = shop();
    for (const [balancer, version] of [
      [world.a, '3.1.5'],
      [world.b, '3.1.5-1+deb14u2'],
    ] as const) {
      const read = balancer.read.bind(balancer);
      balancer.read = async (backends) => ({ ...(await read(backends)), version });
    }
    world.clock.jumpWall(Date.UTC(2026, 2, 31, 23) - world.clock.now());
    expect(warnings(await check(world))).toEqual([]);
    world.clock.jumpWall(Date.UTC(2026, 3, 1) - world.clock.now());
    const findings = await check(world);
    expect(warnings(findings)).toEqual(['HAProxy 3.1 has had no fixes from haproxy.org since 2026-03']);
    expect(findings).toContainEqual(expect.objectContaining({ severity: 'note', where: 'lb-b', fix: null }));
  });

  it('warns of connections that are nearly used up, or not the same on both', async () => {
    const limits = [limitsOf('lb-a', 2_000, 1_600), limitsOf('lb-b', 1_000, 799)];
    expect(warnings(await check(shop(), { limits }))).toEqual([
      expect.stringContaining('2000 on lb-a, 1000 on lb-b'),
      expect.stringContaining('1600 of 2000 connections are taken'),
    ]);
  });

  it('takes limits for equal that HAProxy has from the same number of open files', async () => {
    const limits = [limitsOf('lb-a', 9_928), limitsOf('lb-b', 9_929)];
    expect(warnings(await check(shop(), { limits }))).toEqual([]);
  });

  it('warns when fewer serve than minServing, on the load balancer where it is so', async () => {
    const world = shop();
    for (const name of ['web1', 'web2']) world.b.row(`shop/${name}`).bits = 8;
    const found = (await check(world)).filter(({ message }) => message.includes('minServing'));
    expect(found).toMatchObject([{ severity: 'warning', where: 'lb-b' }]);
    expect(found[0]?.message).toContain('1 server(s) serve, and minServing is 2');
  });

  it('names servers that it leaves alone, and a sameHost that is another host', async () => {
    const world = shop();
    for (const balancer of [world.a, world.b]) balancer.add('shop/web9', 'web1', 'ready');
    for (const balancer of [world.a, world.b]) balancer.add('api/web1', 'web1', 'ready');
    const findings = await check(world);
    expect(findings).toContainEqual(expect.objectContaining({ severity: 'note', where: 'web9' }));
    const backend = world.settings.backends[0]!;
    const servers = backend.servers.map((server) =>
      server.name === 'web2' ? { ...server, sameHost: [{ backend: 'api', server: 'web1' }] } : server,
    ) as typeof backend.servers;
    const settings = { ...world.settings, backends: [{ ...backend, servers }] };
    expect(warnings(await check(world, { settings }))).toEqual([
      '`sameHost` names api/web1, which is at 10.0.0.21: another host',
    ]);
  });

  it('says of each host why it cannot be logged into, and goes on with the others', async () => {
    const world = shop();
    const connect = world.hosts.connect.bind(world.hosts);
    const cases = {
      '10.0.0.21': new RejuvError('host-key-changed', { host: 'web1', knownHosts: '/k' }),
      '10.0.0.22': new RejuvError('host-unreachable', { host: 'web2', problem: 'refused' }),
    } as Record<string, RejuvError>;
    world.hosts.connect = async (ssh) => {
      const error = cases[ssh.host];
      if (error !== undefined) throw error;
      return await connect(ssh);
    };
    const findings = await check(world);
    expect(bad(findings)).toEqual(['host-key-changed', 'host-unreachable']);
    expect(findings).toContainEqual(expect.objectContaining({ severity: 'ok', where: 'shop/web3' }));
  });

  it('ends in time when a host, a load balancer and a master never answer, each with its own error', async () => {
    const world = shop();
    const connect = world.hosts.connect.bind(world.hosts);
    const silence = <T>(): Promise<T> => new Promise<T>(() => undefined);
    world.hosts.connect = async (ssh) => (ssh.host === '10.0.0.22' ? await silence() : await connect(ssh));
    world.b.read = silence;
    const masters = [{ name: 'lb-b', workers: silence }] as Subject['masters'];
    const before = world.clock.monotonic();
    expect(bad(await check(world, { masters }))).toEqual([
      'haproxy-silent',
      'haproxy-silent',
      'host-unreachable',
    ]);
    // Side by side: not the sum of the three.
    expect(world.clock.monotonic() - before).toBeLessThanOrEqual(10_000);
  });

  it('probes a spare that nothing has to start, and leaves a sleeping one alone', async () => {
    const asked: string[] = [];
    const probe: Subject['probe'] = {
      get: (url) => {
        asked.push(new URL(url).hostname);
        return Promise.resolve({ status: null, problem: 'connection refused', tookMs: 1 });
      },
    };
    const asleep = shop();
    expect(bad(await check(asleep, { probe }))).toHaveLength(3);
    const awake = shop({ backend: { spare: { start: null, stop: null, deadlineMs: 1 } } });
    expect(bad(await check(awake, { probe }))).toHaveLength(4);
    expect(asked.filter((address) => address === '10.0.0.24')).toHaveLength(1);
  });

  it('never takes what it could not read for good: it says so, and how to let it be read', async () => {
    const world = shop();
    const tcp = { kind: 'tcp', host: '10.0.0.12', port: 9999 } as const;
    const [a, b] = world.settings.loadBalancers;
    const settings = { ...world.settings, loadBalancers: [a!, { ...b!, socket: tcp }] };
    const unread = (await check(world, { settings })).filter(({ message }) =>
      message.startsWith('not examined: HAProxy'),
    );
    expect(unread.map(({ where, severity }) => `${where} ${severity}`)).toEqual(['lb-a note', 'lb-b note']);
    expect(unread[1]?.fix).toContain('ssh://');
  });

  it('orders its findings by group, the worst of each first', async () => {
    const world = shop();
    world.b.allowedLevel = 'user';
    const groups = (await check(world)).map(({ group }) => group);
    expect([...new Set(groups)]).toEqual(['load balancers', 'backend shop', 'hosts', 'clocks', 'sidecar']);
    expect(groups).toEqual(groups.toSorted((one, other) => groups.indexOf(one) - groups.indexOf(other)));
    expect((await check(world))[0]).toMatchObject({ severity: 'error', code: 'haproxy-level' });
  });
});
