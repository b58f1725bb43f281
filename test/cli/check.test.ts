import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { examine } from '../../src/cli/check/examine.ts';
import type { Finding } from '../../src/cli/check/finding.ts';
import { rightsToAsk } from '../../src/cli/check/hosts.ts';
import type { Subject } from '../../src/cli/check/subject.ts';
import { RejuvError } from '../../src/domain/errors.ts';
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

async function check(world: FakeWorld, masters: Subject['masters'] = []): Promise<Finding[]> {
  return await examine({
    settings: world.settings,
    loadBalancers: [world.a, world.b],
    masters,
    hosts: world.hosts,
    probe: { get: () => Promise.resolve({ status: 200, problem: null, tookMs: 1 }) },
    clock: world.clock,
  });
}

function bad(findings: readonly Finding[]): (string | null)[] {
  return findings.filter(({ severity }) => severity === 'error').map(({ code, message }) => code ?? message);
}

describe('rejuv check', () => {
  it('finds nothing wrong with a shop that is well', async () => {
    const findings = await check(shop());
    expect(bad(findings)).toEqual([]);
    expect(findings.filter(({ severity }) => severity === 'warning')).toEqual([]);
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
    expect(bad(await check(world))).toEqual(['the socket does not allow changes: its level is user']);
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

  it('says which server shares its host with another one that a reboot would hit', async () => {
    const world = shop();
    for (const balancer of [world.a, world.b]) balancer.add('api/web1', 'web1', 'ready');
    expect(bad(await check(world))).toEqual(['shared-host']);
  });

  it('warns of a spare that serves', async () => {
    const world = shop();
    for (const balancer of [world.a, world.b]) balancer.row('shop/web4').bits = 0;
    const warnings = (await check(world)).filter(({ severity }) => severity === 'warning');
    expect(warnings.map(({ message }) => message)).toEqual(['shop/web4 is a spare, but ready on lb-a']);
  });

  it('warns that a schedule does not fire yet', async () => {
    const world = shop({
      backend: { schedule: [{ cron: '30 3 * * *', timeZone: 'UTC', pick: 'longest-running' }] },
    });
    expect(await check(world)).toContainEqual(
      expect.objectContaining({ severity: 'warning', where: 'schedule' }),
    );
  });

  it('asks the master socket for its processes', async () => {
    const good = { name: 'lb-a', workers: () => Promise.resolve({ workers: 1, oldWorkers: 0 }) };
    const denied = new RejuvError('socket-denied', { loadBalancer: 'lb-b', socket: '/run/master.sock' });
    const findings = await check(shop(), [good, { name: 'lb-b', workers: () => Promise.reject(denied) }]);
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
});

describe('the rights of the configured commands', () => {
  it('are asked of sudo without running anything, for plain sudo commands only', () => {
    const [backend] = shop({
      backend: {
        duplex: [{ kind: 'run', on: 'aged', command: 'sudo -n rm -rf $DIR; reboot', deadlineMs: 1 }],
      },
    }).settings.backends;
    expect(rightsToAsk(backend!).map(({ question }) => question)).toEqual([
      'sudo -n -l systemctl start shop',
      'sudo -n -l systemctl stop shop',
      'sudo -n -l clean',
      'sudo -n -l systemctl reboot',
    ]);
  });
});
