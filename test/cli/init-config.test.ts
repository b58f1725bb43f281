import { describe, expect, it } from 'vitest';
import { sketch, sparesByConfig, type Chosen } from '../../src/cli/init/sketch.ts';
import { offerOf } from '../../src/cli/init/choose.ts';
import type { Seen } from '../../src/cli/init/seen.ts';
import { writeConfig } from '../../src/cli/init/write-config.ts';
import { findProblems } from '../../src/config/read-config.ts';
import { parseServerId } from '../../src/domain/names.ts';
import type { Settings } from '../../src/domain/settings.ts';
import { cronRules } from '../../src/io/cron.ts';
import { seenPair, type MadeUp } from './init-scene.ts';

const ssh = { user: 'rejuv', privateKey: '/etc/rejuv/id_ed25519', keyThere: false, agent: false };

function write(seen: readonly Seen[], chosen: Partial<Chosen> = {}): ReturnType<typeof writeConfig> {
  const backends = chosen.backends ?? offerOf(seen).usable;
  const spares = chosen.spares ?? sparesByConfig(seen, backends);
  return writeConfig(sketch(seen, { ssh, timeZone: 'Europe/Berlin', ...chosen, backends, spares }));
}

function settingsOf(text: string): Settings {
  const result = findProblems(text, cronRules);
  if ('settings' in result) return result.settings;
  throw new Error(JSON.stringify(result.problems, null, 2));
}

function backend(seen: readonly Seen[], name = 'shop'): Settings['backends'][number] {
  return settingsOf(write(seen).text).backends.find((one) => one.name === name)!;
}

const shop: MadeUp[] = [
  { id: 'shop/web1', address: '10.0.0.21' },
  { id: 'shop/web2', address: '10.0.0.22' },
  { id: 'shop/web3', address: '10.0.0.23' },
  { id: 'shop/web4', address: '10.0.0.24', bits: 5 },
];

describe('the written config file', () => {
  it('is read as it is where both load balancers are known', () => {
    const seen = seenPair(shop);
    const settings = settingsOf(write(seen).text);
    expect(settings.loadBalancers.map(({ name, socket }) => [name, socket])).toEqual([
      ['lb-a', { kind: 'unix', path: '/run/lb-a.sock' }],
      ['lb-b', { kind: 'unix', path: '/run/lb-b.sock' }],
    ]);
    expect(settings.backends.map(({ name, minServing }) => [name, minServing])).toEqual([['shop', 2]]);
    expect(
      settings.backends[0]!.servers.map(({ name, role, ssh: login }) => [name, role, login?.host]),
    ).toEqual([
      ['web1', 'primary', '10.0.0.21'],
      ['web2', 'primary', '10.0.0.22'],
      ['web3', 'primary', '10.0.0.23'],
      ['web4', 'spare', '10.0.0.24'],
    ]);
  });

  it('with one load balancer lacks only the second, and is read once that is filled in', () => {
    const { text, toDo } = write(seenPair(shop).slice(0, 1));
    const result = findProblems(text, cronRules);
    expect('problems' in result ? result.problems.map(({ path }) => path) : []).toEqual(['loadBalancers']);
    expect(toDo[0]).toMatchObject({
      kind: 'fill-in',
      what: expect.stringContaining('second HAProxy') as unknown,
    });
    expect(text.split('\n')[toDo[0]!.line - 1]).toContain('FILL IN');
    const filled = text.replace('  # lb-b:', '  lb-b:').replace('  #   socket: ssh', '    socket: ssh');
    expect(settingsOf(filled).loadBalancers[1]).toMatchObject({ socket: { kind: 'ssh' } });
  });

  it('holds examples that are right once they are uncommented', () => {
    const { text } = write(seenPair(shop));
    const [head, examples] = text.split(/^.*What follows are examples.*\n/m);
    const uncommented = `${head!}    probe: { http: "http://{address}:{port}/health" }\n${examples!.replace(/^ {4}# /gm, '    ')}`;
    expect(settingsOf(uncommented).backends[0]).toMatchObject({
      actions: [{ kind: 'run' }, { kind: 'reboot' }],
      duplex: [{ kind: 'run' }, { kind: 'copy' }, { kind: 'request' }],
      spare: { start: 'sudo -n systemctl start shop' },
      schedule: [{ timeZone: 'Europe/Berlin' }],
    });
  });

  it('marks each line where something is to be done', () => {
    const { text, toDo } = write(seenPair(shop));
    const marked = text
      .split('\n')
      .flatMap((line, index) => (/# (FILL IN|FIX): /.test(line) ? [index + 1] : []));
    expect(toDo.map(({ line }) => line)).toEqual(marked);
    expect(marked.length).toBeGreaterThan(2);
  });
});

describe('roles', () => {
  it('a server in maint at run time is no spare, and somebody has to decide', () => {
    const seen = seenPair([...shop.slice(0, 3), { id: 'shop/web4', address: '10.0.0.24', bits: 1 }]);
    expect(backend(seen).servers.map(({ role }) => role)).not.toContain('spare');
    expect(write(seen).toDo.map(({ what }) => what)).toContainEqual(
      expect.stringMatching(/^web4 is in maint on lb-a and lb-b, set at run time/),
    );
  });

  it('a `disabled` server that serves now is a primary, with a word about it', () => {
    const seen = seenPair([...shop.slice(0, 3), { id: 'shop/web4', address: '10.0.0.24', bits: 4 }]);
    expect(backend(seen).servers.map(({ role }) => role)).not.toContain('spare');
    expect(write(seen).text).toMatch(/web4: .*`disabled` in haproxy.cfg, but not in maint now/);
  });

  it('a spare that only one haproxy.cfg disables is told apart', () => {
    const seen = seenPair(shop, [...shop.slice(0, 3), { id: 'shop/web4', address: '10.0.0.24', bits: 1 }]);
    expect(backend(seen).servers.at(-1)).toMatchObject({ name: 'web4', role: 'spare' });
    expect(write(seen).toDo.map(({ what }) => what)).toContainEqual(
      expect.stringMatching(/^web4 shall be a spare: write `disabled` .* of lb-b/),
    );
  });

  it('where haproxy.cfg disables every server none becomes a spare, since none would be left', () => {
    const seen = seenPair(shop.map((one) => ({ ...one, bits: 5 })));
    expect(backend(seen)).toMatchObject({ minServing: 1 });
    expect(backend(seen).servers.every(({ role }) => role === 'primary')).toBe(true);
    expect(write(seen).toDo.filter(({ what }) => what.includes('`disabled` and in maint'))).toHaveLength(4);
  });

  it('a spare that a person chose and that serves has to go to maint first', () => {
    const seen = seenPair(shop);
    const { text, toDo } = write(seen, { spares: [parseServerId('shop/web1')!] });
    expect(settingsOf(text).backends[0]!.servers[0]).toMatchObject({ role: 'spare' });
    expect(toDo.map(({ what }) => what)).toContainEqual(
      expect.stringMatching(/^web1 shall be a spare but is not in maint/),
    );
  });
});

describe('what was learned', () => {
  it.each([
    ['all up', shop, 2],
    ['one down', [{ ...shop[0]!, down: true }, ...shop.slice(1)], 1],
    ['all down', shop.map((one) => ({ ...one, down: true })), 1],
    ['one in drain', [{ ...shop[0]!, bits: 8 }, ...shop.slice(1)], 1],
    ['none checked', shop.map((one) => ({ ...one, unchecked: true })), 2],
  ])('with %s, minServing is one fewer than serve, at least one', (_, servers, minimum) => {
    expect(backend(seenPair(servers)).minServing).toBe(minimum);
  });

  it('counts the servers where fewer serve', () => {
    expect(backend(seenPair(shop, [{ ...shop[0]!, down: true }, ...shop.slice(1)])).minServing).toBe(1);
  });

  it('leaves out HAProxy backups, servers without an address and those of one load balancer, and names them', () => {
    const more: MadeUp[] = [
      { id: 'shop/last', address: '10.0.0.31', backup: true },
      { id: 'shop/slot1', address: '-', bits: 32 },
      { id: 'shop/any', address: '0.0.0.0' },
    ];
    const seen = seenPair(
      [...shop, ...more, { id: 'shop/only-a', address: '10.0.0.32' }],
      [...shop, ...more],
    );
    expect(backend(seen).servers.map(({ name }) => name)).toEqual(['web1', 'web2', 'web3', 'web4']);
    const { text } = write(seen);
    expect(text).toMatch(/# left out: last: an HAProxy `backup` server/);
    expect(text).toMatch(/# left out: slot1: it has no address/);
    expect(text).toMatch(/# left out: any: it has no address/);
    expect(text).toMatch(/# left out: only-a: lb-b does not have it/);
  });

  it('servers of two backends at one address name each other', () => {
    const seen = seenPair([...shop, { id: 'api/web1', address: '10.0.0.21', port: 9000 }]);
    const settings = settingsOf(write(seen).text);
    expect(settings.backends.map(({ servers }) => servers[0]!.sameHost)).toEqual([
      [{ backend: 'api', server: 'web1' }],
      [{ backend: 'shop', server: 'web1' }],
    ]);
  });

  it('a host shared with a backend that was not chosen is told of', () => {
    const seen = seenPair([...shop, { id: 'api/web1', address: '10.0.0.21', port: 9000 }]);
    const backends = offerOf(seen).usable.filter((name) => name === 'shop');
    expect(write(seen, { backends }).text).toMatch(
      /web1: \{ ssh: 10\.0\.0\.21 \} # .*its host also has api\/web1/,
    );
  });

  it('gives two servers of one backend on one host no ssh, since a reboot would take both', () => {
    const seen = seenPair([...shop, { id: 'shop/web5', address: '10.0.0.21', port: 8081 }]);
    const logins = backend(seen).servers.map(({ name, ssh: login }) => [name, login?.host ?? null]);
    expect(logins).toContainEqual(['web1', null]);
    expect(logins).toContainEqual(['web5', null]);
    expect(logins).toContainEqual(['web2', '10.0.0.22']);
  });

  it('gives a server on the load balancer itself no ssh', () => {
    expect(backend(seenPair([{ id: 'shop/local', address: '127.0.0.1' }])).servers[0]!.ssh).toBeNull();
  });

  it('says which servers lack a check and have an agent, which have another address, and how to fix it', () => {
    const seen = seenPair(
      [{ ...shop[0]!, unchecked: true, agent: true }, ...shop.slice(1)],
      [{ ...shop[0]!, unchecked: true, address: '10.0.0.99' }, ...shop.slice(1)],
    );
    const { text, toDo } = write(seen);
    expect(text).toMatch(/web1: .*no check; agent check: rejuv turns it off.* on lb-a/);
    const whats = toDo.map(({ what }) => what);
    expect(whats).toContainEqual(expect.stringMatching(/not every server here \(web1\) has a health check/));
    expect(whats).toContainEqual(
      expect.stringMatching(/web1 is at 10.0.0.21 port 8080 on one .* 10.0.0.99 port 8080/),
    );
  });

  it('says that a socket does not allow changes, that both are one process, and how to fix it', () => {
    const [a, b] = seenPair(shop);
    const { toDo } = write([a!, { ...a!, name: b!.name, socket: '/run/user.sock', level: 'user' }]);
    const fixes = toDo.filter(({ kind }) => kind === 'fix').map(({ what }) => what);
    expect(fixes[0]).toMatch(/\/run\/user.sock has level user: write `level admin`/);
    expect(fixes[1]).toMatch(/one and the same process/);
  });

  it('takes the probe from a check that haproxy.cfg shows, and the master socket of the process', () => {
    const checks = new Map([['shop', { path: '/alive?x=1', expect: 204, scheme: 'https' as const }]]);
    const [a, b] = seenPair(shop);
    const settings = settingsOf(write([{ ...a!, checks, master: '/run/master.sock' }, b!]).text);
    expect(settings.backends[0]!.probe).toMatchObject({
      url: 'https://{address}:{port}/alive?x=1',
      expect: 204,
    });
    expect(settings.loadBalancers[0]!.master).toEqual({ kind: 'unix', path: '/run/master.sock' });
  });

  it('never runs a probe that is only a guess', () => {
    expect(backend(seenPair(shop)).probe).toBeNull();
    expect(write(seenPair(shop)).text).toContain('# probe: { http: "http://{address}:{port}/health" }');
    const encrypted = seenPair(shop.map((one) => ({ ...one, port: 8443 })));
    expect(write(encrypted).text).toContain('# probe: { http: "https://{address}:{port}/health" }');
  });

  it('logs in with the agent where the load balancers were just reached so', () => {
    const [a, b] = seenPair(shop);
    const seen = [a!, { ...b!, socket: 'ssh://deploy@10.0.0.12/run/haproxy/admin.sock' }];
    const { text } = write(seen, { ssh: { ...ssh, user: 'deploy', agent: true } });
    const { loadBalancers, backends } = settingsOf(text);
    expect(loadBalancers[1]!.socket).toMatchObject({ kind: 'ssh', login: { user: 'deploy', agent: true } });
    expect(backends[0]!.servers[0]!.ssh).toMatchObject({ user: 'deploy', agent: true, privateKey: null });
  });
});
