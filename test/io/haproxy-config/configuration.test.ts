import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfiguration, type Configuration } from '../../../src/io/haproxy-config/configuration.ts';
import type { ProxyConfig } from '../../../src/io/haproxy-config/proxy.ts';

function read(...texts: string[]): Configuration {
  return readConfiguration(texts.map((text, at) => ({ path: `${at + 1}.cfg`, text })));
}

function proxy(configuration: Configuration, name: string): ProxyConfig {
  const found = configuration.proxies.get(name);
  if (found === undefined) throw new Error(`no proxy ${name}`);
  return found;
}

describe('the configuration of HAProxy', () => {
  it('is read from the shipped pair.cfg', () => {
    const text = readFileSync(new URL('../../../haproxy/pair.cfg', import.meta.url), 'utf8');
    const configuration = read(text);
    expect(configuration.global).toEqual({
      sockets: ['/run/haproxy/admin.sock'],
      statsMaxconn: 100,
      serverStateFile: true,
      closeSpreadTime: true,
      unsure: [],
    });
    const shop = proxy(configuration, 'shop');
    expect(shop).toMatchObject({
      redispatch: true,
      retries: 3,
      serverState: 'global',
      cookie: true,
      stick: false,
      unsure: [],
    });
    expect([...shop.servers.keys()]).toEqual(['web1', 'web2', 'web3', 'web4']);
    expect(shop.servers.get('web4')).toEqual({
      check: true,
      tracks: false,
      rise: 2,
      fall: 2,
      disabled: true,
      backup: false,
      cutsWhenDown: false,
      maxconn: false,
    });
  });

  it("has HAProxy's own defaults where nothing is written", () => {
    const shop = proxy(read('backend shop\n  server a 10.0.0.1:80\n'), 'shop');
    expect(shop).toMatchObject({ redispatch: false, retries: 3, serverState: 'none', cookie: false });
    expect(shop.servers.get('a')).toMatchObject({ check: false, rise: 2, fall: 3, disabled: false });
  });

  it('takes the latest defaults, also from a file before', () => {
    const configuration = read(
      'defaults\n  option redispatch\n  retries 1\n',
      'backend one\ndefaults\n  retries 7\nbackend two\n',
    );
    expect(proxy(configuration, 'one')).toMatchObject({ redispatch: true, retries: 1 });
    // A new `defaults` starts afresh.
    expect(proxy(configuration, 'two')).toMatchObject({ redispatch: false, retries: 7 });
  });

  it('takes named defaults with `from`, and defaults from other defaults', () => {
    const configuration = read(`
defaults base
  option redispatch
  default-server check fall 4
defaults quick from base
  no option redispatch
  default-server inter 1s
defaults last
  retries 9
backend a from base
  server s 10.0.0.1:80
listen b from quick
  bind :80
  server s 10.0.0.1:80
backend c
  server s 10.0.0.1:80
`);
    expect(proxy(configuration, 'a')).toMatchObject({ redispatch: true, retries: 3 });
    expect(proxy(configuration, 'b')).toMatchObject({ redispatch: false });
    expect(proxy(configuration, 'b').servers.get('s')).toMatchObject({ check: true, fall: 4 });
    expect(proxy(configuration, 'c')).toMatchObject({ retries: 9 });
    expect(proxy(configuration, 'c').servers.get('s')).toMatchObject({ check: false });
  });

  it('says that defaults are not there instead of taking others', () => {
    expect(proxy(read('backend a from nowhere\n'), 'a').unsure).toEqual([
      'there is no `defaults nowhere` before its use',
    ]);
  });

  it('lets default-server count for the servers after it, and a server line for itself', () => {
    const { servers } = proxy(
      read(`
defaults
  default-server check fall 1
backend shop
  server a 10.0.0.1:80
  default-server fall 2 disabled on-marked-down shutdown-sessions
  server b 10.0.0.1:80 no-check enabled
  server c 10.0.0.1:80 fall 5 on-marked-down none
  server-template t 2-3 10.0.0.1:80
`),
      'shop',
    );
    expect(servers.get('a')).toMatchObject({ check: true, fall: 1, disabled: false });
    expect(servers.get('b')).toMatchObject({ check: false, disabled: false, fall: 2, cutsWhenDown: true });
    expect(servers.get('c')).toMatchObject({ fall: 5, disabled: true, cutsWhenDown: false });
    expect([...servers.keys()]).toEqual(['a', 'b', 'c', 't2', 't3']);
  });

  it('does not take the value of a word for a word', () => {
    const { servers } = proxy(read('backend s\n  server a 10.0.0.1:80 cookie check id 7\n'), 's');
    expect(servers.get('a')).toMatchObject({ check: false });
  });

  it('knows that `option redispatch 0` is off', () => {
    expect(proxy(read('backend s\n  option redispatch 0\n'), 's').redispatch).toBe(false);
    expect(proxy(read('backend s\n  option redispatch 1\n'), 's').redispatch).toBe(true);
    expect(
      proxy(read('defaults\n option redispatch\nbackend s\n default option redispatch\n'), 's').redispatch,
    ).toBe(false);
  });

  it('says what it cannot know: conditions, variables, quotes without an end', () => {
    const configuration = read(`
backend a
  .if defined(X)
  option redispatch
  .endif
backend b
  retries "\${N}"
backend c
  server s 10.0.0.1:80 check fall "\${N}"
backend d
  server s "\${ADDRESS}":80 check
backend e
  option "redispatch
backend f
  option redispatch
backend g
  load-server-state-from-file "\${X}"
  option redispatch "\${N}"
  "\${LINE}"
  log-format "$X"
`);
    const unsure = (name: string): readonly string[] => proxy(configuration, name).unsure;
    expect(unsure('a')).toEqual(['1.cfg:3 depends on an `.if`']);
    expect(proxy(configuration, 'a').redispatch).toBe(false);
    expect(unsure('b')).toEqual(['1.cfg:7 holds a variable']);
    expect(unsure('c')).toEqual(['1.cfg:9 holds a variable']);
    // Where a server is, the runtime tells.
    expect(unsure('d')).toEqual([]);
    expect(unsure('e')).toEqual(['1.cfg:13 has a quote that does not end']);
    expect(unsure('f')).toEqual([]);
    expect(unsure('g')).toEqual([17, 18, 19].map((line) => `1.cfg:${line} holds a variable`));
  });

  it('trusts nothing any more when whole sections depend on a condition', () => {
    const configuration = read('.if defined(X)\ndefaults\n  retries 0\n.endif\nbackend a\n');
    expect(proxy(configuration, 'a').unsure).toContain('the section at 1.cfg:2 depends on an `.if`');
  });

  it('finds the runtime sockets, with their prefix and their limits', () => {
    const { global } = read(`
global
  stats socket unix@/run/a.sock level admin maxconn 50
  unix-bind prefix /srv
  stats socket /run/b.sock mode 600
  stats socket ipv4@127.0.0.1:9999 level admin
global
  server-state-file /x
`);
    expect(global).toMatchObject({
      sockets: ['/run/a.sock', '/srv/run/b.sock'],
      statsMaxconn: 50,
      serverStateFile: true,
      closeSpreadTime: false,
    });
  });

  it('reads the same from one file as from its sections in files of their own', () => {
    const section = fc.constantFrom(
      'global\n  stats maxconn 30\n',
      'defaults\n  retries 1\n  default-server check\n',
      'defaults\n  option redispatch\n',
      'backend a\n  server s 10.0.0.1:80\n',
      'backend b\n  default-server fall 1\n  server s 10.0.0.1:80\n',
      'frontend f\n  bind :80\n',
    );
    const plain = ({ global, proxies }: Configuration): unknown => [
      global,
      [...proxies].map(([name, one]) => [name, { ...one, place: '', servers: [...one.servers] }]),
    ];
    fc.assert(
      fc.property(fc.array(section), (sections) => {
        expect(plain(read(...sections))).toEqual(plain(read(sections.join(''))));
      }),
    );
  });
});
