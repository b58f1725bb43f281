import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { examineConfiguredServers } from '../../src/cli/check/configured-servers.ts';
import type { Finding } from '../../src/cli/check/finding.ts';
import { examineOptions, readProxies } from '../../src/cli/check/haproxy-options.ts';
import type { Configured } from '../../src/cli/check/machines.ts';
import { examineReloads } from '../../src/cli/check/reloads.ts';
import { examineGlobal } from '../../src/cli/check/sockets.ts';
import type { Snapshot } from '../../src/domain/snapshot.ts';
import { readConfiguration } from '../../src/io/haproxy-config/configuration.ts';
import type { Unit } from '../../src/io/haproxy-config/unit.ts';
import { fakeWorld, type FakeWorld } from '../fakes/world.ts';

/** The shop's HAProxy as it should be. The fakes check with rise 2 and fall 3. */
const good = `global
  stats socket /run/haproxy/admin.sock level admin
  stats maxconn 100
  server-state-file /var/lib/haproxy/server-state
  close-spread-time 10s
defaults
  load-server-state-from-file global
  option redispatch
backend shop
  default-server check maxconn 50
  server web1 10.0.0.21:8080
  server web2 10.0.0.22:8080
  server web3 10.0.0.23:8080
  server web4 10.0.0.24:8080 disabled
`;

/** As `systemctl show` tells of the shipped drop-in. */
const shipped: Unit = unitOf(
  readFileSync(new URL('../../haproxy/rejuv-state.conf', import.meta.url), 'utf8'),
);

function unitOf(file: string): Unit {
  const of = (name: string): string[] =>
    [...file.matchAll(new RegExp(`^${name}=-?(.+)$`, 'gm'))].map(
      ([, command]) => `{ path=${command!.split(' ')[0]!} ; argv[]=${command!} ; ignore_errors=yes }`,
    );
  return {
    name: 'haproxy.service',
    reload: of('ExecReload'),
    stop: of('ExecStop'),
    afterStart: of('ExecStartPost'),
  };
}

function configured(name: string, text: string, unit: Unit | null = shipped): Configured {
  const process = { pid: 8, master: 7, contained: false, arguments: [], directory: null, unit: null };
  const configuration = readConfiguration([{ path: '/etc/haproxy/haproxy.cfg', text }]);
  return { name, unit, running: { configuration, files: [], process } };
}

async function snapshotOf(world: FakeWorld): Promise<Snapshot> {
  const views = [await world.a.read(null), await world.b.read(null)];
  return { at: world.clock.now(), views, gaps: [], excused: [] };
}

/** All that is said about the configuration of a pair. */
async function examine(
  a: string,
  b: string = a,
  { world = fakeWorld(), unit = shipped }: { world?: FakeWorld; unit?: Unit | null } = {},
): Promise<Finding[]> {
  const pair = [configured('lb-a', a, unit), configured('lb-b', b, unit)];
  const { backends } = world.settings;
  const backend = backends[0]!;
  const { proxies, findings } = readProxies(backend, pair);
  return [
    ...pair.flatMap((one) => [...examineGlobal(one), ...examineReloads(one, backends)]),
    ...findings,
    ...examineOptions(backend, proxies),
    ...examineConfiguredServers(backend, proxies, await snapshotOf(world)),
  ];
}

/** The findings but those that are good. */
function said(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ severity }) => severity !== 'ok')
    .map(({ severity, where, message }) => `${severity} ${where}: ${message}`);
}

/** The good configuration with one text replaced, on both load balancers or on lb-b alone. */
async function changed(from: string, to: string, only?: 'lb-b'): Promise<string[]> {
  const text = good.replace(from, to);
  if (text === good) throw new Error(`nothing like ${from}`);
  return said(await examine(only === 'lb-b' ? good : text, text));
}

const has = (text: string): string => expect.stringContaining(text) as string;

describe("HAProxy's own configuration", () => {
  it('as it should be gives nothing but good findings', async () => {
    expect(said(await examine(good))).toEqual([]);
  });

  it.each<[string, string, string, string]>([
    ['no redispatch', '  option redispatch\n', '', 'warning lb-a, lb-b: without `option redispatch`'],
    [
      'retries 0',
      'option redispatch',
      'option redispatch\n  retries 0',
      'warning lb-a, lb-b: with `retries 0`',
    ],
    ['a cookie', 'backend shop\n', 'backend shop\n  cookie S insert\n', 'note lb-a, lb-b: clients are bound'],
    [
      'a stick table',
      'backend shop\n',
      'backend shop\n  stick on src\n',
      'note lb-a, lb-b: clients are bound',
    ],
    ['no maxconn', ' maxconn 50', '', 'note lb-a, lb-b: servers without `maxconn`'],
  ])('with %s gives one finding for both', async (_, from, to, message) => {
    expect(await changed(from, to)).toEqual([has(message)]);
  });

  it('names the one load balancer where it is so', async () => {
    expect(await changed('  option redispatch\n', '', 'lb-b')).toEqual([has('warning lb-b: without')]);
  });

  it.each<[string, string, string, readonly string[]]>([
    [
      'fall 1',
      'server web2 10.0.0.22:8080',
      'server web2 10.0.0.22:8080 fall 1',
      ['it runs with rise 2 and fall 3, and its configuration says rise 2 and fall 1'],
    ],
    [
      'on-marked-down',
      'server web2 10.0.0.22:8080',
      'server web2 10.0.0.22:8080 on-marked-down shutdown-sessions',
      ['`on-marked-down shutdown-sessions` cuts'],
    ],
    [
      'a disabled primary',
      'server web2 10.0.0.22:8080',
      'server web2 10.0.0.22:8080 disabled',
      ['it is a primary'],
    ],
    ['a server that is not in it', '  server web2 10.0.0.22:8080\n', '', ['it was added at run time']],
    [
      'another rise than the running one',
      'server web2 10.0.0.22:8080',
      'server web2 10.0.0.22:8080 rise 5',
      ['it runs with rise 2 and fall 3, and its configuration says rise 5 and fall 3'],
    ],
  ])('with %s gives that finding for that server', async (_, from, to, messages) => {
    expect(await changed(from, to)).toEqual(messages.map((message) => has(`warning web2: ${message}`)));
  });

  it('with fall 1 for a server in maint warns of it; of the others the running HAProxy tells', async () => {
    expect(await changed('10.0.0.24:8080', '10.0.0.24:8080 fall 1')).toEqual([
      has('warning web4: with `fall 1`'),
    ]);
  });

  it('with a spare that is not disabled warns of each start of HAProxy', async () => {
    expect(await changed(' disabled', '')).toEqual([
      has('warning web4: it is a spare, and its `server` line'),
    ]);
  });

  it('finds the missing check of a spare, which the runtime does not show in maint', async () => {
    const findings = await examine(good.replace('10.0.0.24:8080', '10.0.0.24:8080 no-check'));
    expect(findings.filter(({ severity }) => severity === 'error')).toMatchObject([
      { code: 'no-checks', where: 'web4' },
      { code: 'no-checks', where: 'web4' },
    ]);
    const world = fakeWorld({ backend: { allowUnchecked: true } });
    const allowed = await examine(good.replace('10.0.0.24:8080', '10.0.0.24:8080 no-check'), undefined, {
      world,
    });
    expect(said(allowed)).toEqual([]);
  });

  it('says what it could not read for sure, and judges nothing there', async () => {
    const text = good
      .replace('  option redispatch\n', '')
      .replace('backend shop\n', 'backend shop\n  .if defined(X)\n  option redispatch\n  .endif\n');
    const findings = said(await examine(text));
    expect(findings).toEqual([
      has('note lb-a: not examined: its options: /etc/haproxy/haproxy.cfg:9 depends on an `.if`'),
      has('note lb-b: not examined'),
    ]);
  });

  it('says that its files have no such backend', async () => {
    expect(await changed('backend shop', 'backend other')).toEqual([
      has('note lb-a: not examined: its options: its files have no such backend'),
      has('note lb-b'),
    ]);
  });

  it('warns of few connections to the runtime sockets, and notes the end of idle clients at a reload', async () => {
    expect(await changed('  stats maxconn 100\n', '')).toEqual([
      has('warning lb-a: the runtime sockets take 10 connections'),
      has('warning lb-b'),
    ]);
    expect(await changed('  close-spread-time 10s\n', '', 'lb-b')).toEqual([has('note lb-b: at a reload')]);
  });
});

describe('the server states at a reload', () => {
  it.each<[string, string, string]>([
    [
      '  server-state-file /var/lib/haproxy/server-state\n',
      '',
      'there is no `server-state-file` in `global`',
    ],
    [
      '  load-server-state-from-file global\n',
      '',
      'there is no `load-server-state-from-file global` for backend shop',
    ],
  ])('are forgotten without %s', async (from, to, message) => {
    expect(await changed(from, to, 'lb-b')).toEqual([has(`error lb-b: it forgets maint and drain`)]);
    expect(await changed(from, to, 'lb-b')).toEqual([has(message)]);
  });

  it("are lost with Debian's own unit, and without a part of the drop-in", async () => {
    const stock = { ...shipped, reload: ['{ argv[]=/bin/kill -USR2 $MAINPID }'], stop: [], afterStart: [] };
    expect(said(await examine(good, good, { unit: stock }))).toEqual([
      has(
        'error lb-a: haproxy.service does not save the server states: no `save-server-state` before a reload (ExecReload), none after a reload',
      ),
      has('error lb-b'),
    ]);
    for (const part of ['stop', 'afterStart'] as const) {
      const findings = await examine(good, good, { unit: { ...shipped, [part]: [] } });
      expect(said(findings)).toHaveLength(2);
    }
    const late = { ...shipped, reload: shipped.reload.toReversed() };
    expect(said(await examine(good, good, { unit: late }))).toEqual([
      has('before a reload'),
      has('before a reload'),
    ]);
  });

  it('are only a warning in a pair without any spare', () => {
    const world = fakeWorld();
    const backend = world.settings.backends[0]!;
    const servers = backend.servers.filter(({ role }) => role === 'primary');
    const one = configured('lb-a', good.replace('  server-state-file', '  # server-state-file'));
    expect(said(examineReloads(one, [{ ...backend, servers }]))).toEqual([has('warning lb-a: it forgets')]);
  });

  it('are not judged where systemd does not run HAProxy', async () => {
    expect(said(await examine(good, good, { unit: null }))).toEqual([
      has('note lb-a: not examined: what saves its server states'),
      has('note lb-b'),
    ]);
  });
});
