import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/domain/catalogue.ts';
import { RejuvError } from '../../src/domain/errors.ts';
import { backendName, serverName } from '../../src/domain/names.ts';
import type { OperationRequest } from '../../src/domain/operation.ts';
import { fakeWorld, follow, never, request, type FakeWorld } from '../fakes/world.ts';

const web1 = 'shop/web1';
const web4 = 'shop/web4';
const hostKey = {
  host: '10.0.0.21',
  knownHosts: '/etc/rejuv/known_hosts',
  fingerprint: 'SHA256:x',
  line: 'a line',
};

const refusals: [string, ErrorCode, OperationRequest, (world: FakeWorld) => void][] = [
  [
    'a load balancer does not answer',
    'haproxy-down',
    request('rejuvenation', 'web1'),
    ({ b }) =>
      b.faults.fail(
        'read',
        new RejuvError('haproxy-down', { loadBalancer: 'lb-b', socket: '/s', problem: 'refused' }),
      ),
  ],
  [
    'the backend exists on one load balancer only',
    'backend-missing',
    request('drain', 'web1'),
    ({ b }) => b.rows.clear(),
  ],
  [
    'the server exists on one load balancer only',
    'server-missing',
    request('drain', 'web1'),
    ({ b }) => b.rows.delete(web1),
  ],
  [
    'the server has another address on each',
    'address-differs',
    request('maint', 'web1'),
    ({ b }) => (b.row(web1).address = '10.0.0.22'),
  ],
  ['the config has no such backend', 'unknown-backend', { ...request('drain', 'web1'), target: { backend: backendName('nope'), server: serverName('web1') } }, () => undefined], // prettier-ignore
  ['the config has no such server', 'unknown-server', request('drain', 'web9'), () => undefined],
  [
    'the only spare serves already at the first start',
    'backend-unsettled',
    request('rejuvenation', 'web1'),
    ({ a, b }) => [a, b].forEach((one) => one.setByHand(web4, 'ready')),
  ],
  [
    'the only spare was put in maint by hand',
    'no-spare',
    request('rejuvenation', 'web1'),
    ({ a, b }) => [a, b].forEach((one) => (one.row(web4).bits = 1)),
  ],
  ['the server is a spare itself', 'server-is-spare', request('rejuvenation', 'web4'), () => undefined],
  [
    'a person has put the server in drain',
    'owned-by-person',
    request('rejuvenation', 'web1'),
    ({ a, b }) => [a, b].forEach((one) => one.setByHand(web1, 'drain')),
  ],
  [
    'the server has no health check',
    'no-checks',
    request('rejuvenation', 'web1'),
    ({ b }) => (b.row(web1).checked = false),
  ],
  [
    'too few would be left',
    'min-serving',
    request('drain', 'web1'),
    ({ a, b }) => [a, b].forEach((one) => one.setByHand('shop/web2', 'maint')),
  ],
  [
    'too few would be left on one of the two',
    'min-serving',
    request('maint', 'web1'),
    ({ b }) => b.setByHand('shop/web2', 'maint'),
  ],
  [
    'another backend is served from the same host',
    'shared-host',
    request('rejuvenation', 'web1'),
    ({ a, b }) => [a, b].forEach((one) => one.add('api/web1', 'web1', 'ready')),
  ],
  [
    'HAProxy was reloaded a moment ago',
    'old-workers',
    request('rejuvenation', 'web1'),
    ({ a }) => a.reload([web4]),
  ],
  [
    'the host key of the server is unknown',
    'host-key-unknown',
    request('rejuvenation', 'web1'),
    ({ hosts }) => hosts.faults.fail('connect', new RejuvError('host-key-unknown', hostKey)),
  ],
  [
    'the host key of the server has changed',
    'host-key-changed',
    request('switchover', 'web1'),
    ({ hosts }) => hosts.faults.fail('connect', new RejuvError('host-key-changed', hostKey)),
  ],
  [
    'the login is refused',
    'login-refused',
    request('rejuvenation', 'web1'),
    ({ hosts }) =>
      hosts.faults.fail('connect', new RejuvError('login-refused', { host: 'web1', user: 'rejuv' })),
  ],
  [
    'force comes without a reason',
    'reason-needed',
    request('drain', 'web1', { force: true }),
    () => undefined,
  ],
];

describe('a gate', () => {
  it.each(refusals)('refuses when %s, and nothing was changed', async (_name, code, wanted, arrange) => {
    const world = fakeWorld();
    arrange(world);
    await expect(world.control.begin(wanted, never)).rejects.toMatchObject({ code });
    const touched = [world.a, world.b].flatMap(({ faults }) =>
      faults.calls.filter((call) => call.startsWith('set')),
    );
    expect(touched).toEqual([]);
    expect(world.store.of('operation-opened')).toEqual([]);
  });

  it('says every reason at once in a dry run, beside every step with its commands', async () => {
    const world = fakeWorld();
    for (const one of [world.a, world.b]) {
      one.setByHand(web4, 'ready');
      one.row(web1).checked = false;
    }
    const { blocked, phases } = await world.control.dryRun(request('rejuvenation', 'web1'), never);
    expect(new Set(blocked.map(({ code }) => code))).toEqual(
      new Set(['backend-unsettled', 'no-checks', 'no-spare']),
    );
    expect(phases.map(({ phase }) => phase)).toEqual([
      'activating',
      'duplexing',
      'admitting',
      'draining',
      'rejuvenating',
      'verifying',
      'registering',
    ]);
    const lines = phases.flatMap(({ steps }) => steps.flatMap((step) => step.lines));
    expect(lines).toContain('lb-b: set server shop/web1 state maint');
    expect(lines.some((line) => line.includes('sudo -n systemctl reboot'))).toBe(true);
    expect(world.store.events).toEqual([]);
  });

  it('refuses a second operation in the same backend while one runs', async () => {
    const world = fakeWorld();
    await world.control.begin(request('rejuvenation', 'web1'), never);
    for (const wanted of [request('rejuvenation', 'web1'), request('drain', 'web2')]) {
      await expect(world.control.begin(wanted, never)).rejects.toMatchObject({ code: 'backend-busy' });
    }
  });

  it('admits only one of two that come at the same time', async () => {
    const world = fakeWorld();
    const answers = await Promise.allSettled([
      world.control.begin(request('rejuvenation', 'web1'), never),
      world.control.begin(request('rejuvenation', 'web2'), never),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('the verbs of a person', () => {
  it('drain ends in drain at proven zero, and holds the server', async () => {
    const world = fakeWorld();
    const { last } = await follow(world.control, request('drain', 'web1', { reason: 'looking at it' }));
    expect(last.state).toBe('completed');
    expect([world.a.admin(web1), world.b.admin(web1)]).toEqual(['drain', 'drain']);
    const server = (await world.control.status(never)).backends[0]?.servers[0];
    expect(server).toMatchObject({
      list: 'off',
      held: { reason: 'looking at it' },
      owner: { 'lb-a': 'rejuv' },
    });
  });

  it('maint may go below minServing only with force and a reason', async () => {
    const world = fakeWorld();
    expect((await follow(world.control, request('maint', 'web1'))).last.state).toBe('completed');
    await expect(world.control.begin(request('maint', 'web2'), never)).rejects.toMatchObject({
      code: 'min-serving',
    });
    const forced = request('maint', 'web2', { force: true, reason: 'disk on fire' });
    expect((await follow(world.control, forced)).last.state).toBe('completed');
  });

  it('ready puts a server back only after both have checked it, else leaves it as it was', async () => {
    const world = fakeWorld();
    await follow(world.control, request('maint', 'web1'));
    world.shop.server('web1').passesCheck = false;
    expect((await follow(world.control, request('ready', 'web1'))).last).toMatchObject({
      code: 'check-failed',
    });
    expect([world.a.admin(web1), world.b.admin(web1)]).toEqual(['maint', 'maint']);
    world.shop.server('web1').passesCheck = true;
    expect((await follow(world.control, request('ready', 'web1'))).last.state).toBe('completed');
    expect([world.a.admin(web1), world.b.admin(web1)]).toEqual(['ready', 'ready']);
  });

  it('ready heals a server that only one load balancer has in service, without taking it out there', async () => {
    const world = fakeWorld();
    world.b.setByHand(web1, 'maint');
    expect((await world.control.status(never)).backends[0]?.servers[0]?.divergent).toBe(true);
    expect((await follow(world.control, request('ready', 'web1'))).last.state).toBe('completed');
    expect(world.a.faults.calls.filter((call) => call.startsWith('setAdmin'))).toEqual([]);
    expect(world.b.admin(web1)).toBe('ready');
  });

  it('leaves the pair as it was when one of the two does not allow changes', async () => {
    const world = fakeWorld();
    world.b.allowedLevel = 'user';
    await expect(world.control.begin(request('drain', 'web1'), never)).rejects.toMatchObject({
      code: 'haproxy-level',
    });
    expect([world.a.admin(web1), world.b.admin(web1)]).toEqual(['ready', 'ready']);
  });

  it('role makes a server in maint the next spare, and ends its hold', async () => {
    const world = fakeWorld();
    await follow(world.control, request('maint', 'web1'));
    await world.control.setRole(request('drain', 'web1').target, 'spare', 'anna', null, never);
    expect((await world.control.status(never)).backends[0]?.servers[0]).toMatchObject({
      list: 'spare',
      held: null,
    });
  });
});

describe('the first start', () => {
  it('blocks a backend whose spare is found serving, until a person decides', async () => {
    const world = fakeWorld({ source: 'sidecar' });
    for (const one of [world.a, world.b]) one.setByHand(web4, 'ready');
    await world.control.start(never);
    expect((await world.control.status(never)).backends[0]?.blocked).toContain('web4 is a spare, but ready');
    await expect(world.control.begin(request('rejuvenation', 'web1'), never)).rejects.toMatchObject({
      code: 'backend-unsettled',
    });
    await follow(world.control, request('maint', 'web4'));
    await world.clock.sleep(5_000, never);
    expect((await world.control.status(never)).backends[0]?.blocked).toBeNull();
    expect((await follow(world.control, request('rejuvenation', 'web1'))).last.state).toBe('completed');
    await world.control.stop();
  });

  it('refuses for want of a spare when the settled spare is found serving later', async () => {
    const world = fakeWorld({ source: 'sidecar' });
    await world.control.start(never);
    for (const one of [world.a, world.b]) one.setByHand(web4, 'ready');
    await expect(world.control.begin(request('rejuvenation', 'web1'), never)).rejects.toMatchObject({
      code: 'no-spare',
    });
    await world.control.stop();
  });

  it('records the roles where they fit, and takes a spare that rests in maint into its hands', async () => {
    const world = fakeWorld({ source: 'sidecar' });
    for (const one of [world.a, world.b]) one.row(web4).bits = 1;
    await world.control.start(never);
    const servers = (await world.control.status(never)).backends[0]?.servers;
    expect(servers?.map(({ role }) => role)).toEqual(['primary', 'primary', 'primary', 'spare']);
    expect(servers?.[3]?.owner).toEqual({ 'lb-a': 'rejuv', 'lb-b': 'rejuv' });
    await world.control.stop();
  });
});

describe('a host that serves two backends', () => {
  it('is drained in both and put back in the other, when the config names both', async () => {
    const world = fakeWorld();
    const { backends } = world.settings;
    const shop = backends[0]!;
    const api = {
      ...shop,
      name: backendName('api'),
      minServing: 1,
      actions: [],
      duplex: [],
      servers: ['web1', 'web2'].map((name) => ({
        name: serverName(name),
        ssh: null,
        role: 'primary' as const,
        sameHost: [],
      })),
    };
    const servers = shop.servers.map((server) =>
      server.name === 'web1'
        ? { ...server, sameHost: [{ backend: api.name, server: serverName('web1') }] }
        : server,
    );
    const both = fakeWorld({ settings: { backends: [{ ...shop, servers }, api] } });
    for (const one of [both.a, both.b]) {
      one.add('api/web1', 'web1', 'ready');
      one.add('api/web2', 'web2', 'ready');
    }
    const { last } = await follow(both.control, request('rejuvenation', 'web1'));
    expect(last).toMatchObject({ state: 'completed' });
    const sets = both.b.faults.calls.filter((call) => call.startsWith('setAdmin api/web1'));
    expect(sets.map((call) => call.split(' ').at(-1))).toEqual(['drain', 'maint', 'drain', 'ready']);
  });
});
