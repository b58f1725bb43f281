import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../src/domain/errors.ts';
import type { Settings } from '../../src/domain/settings.ts';
import { findProblems, readConfig } from '../../src/config/read-config.ts';
import { cronRules } from '../../src/io/cron.ts';
import { goodFile } from './good-file.ts';

const options = { path: 'rejuv.yaml', cron: cronRules };

function contract(): Settings {
  return readConfig(readFileSync(new URL('contract-shop.yaml', import.meta.url), 'utf8'), options);
}

describe('the contract file', () => {
  it('gives the pair, one through a unix socket and one through SSH with the default login', () => {
    const login = {
      host: '10.0.0.12',
      port: 22,
      user: 'rejuv',
      privateKey: '/etc/rejuv/id_ed25519',
      agent: false,
      knownHosts: '/etc/rejuv/known_hosts',
      connectTimeoutMs: 10_000,
    };
    expect(contract().loadBalancers).toEqual([
      {
        name: 'lb-a',
        socket: { kind: 'unix', path: '/run/haproxy/admin.sock' },
        master: { kind: 'unix', path: '/run/haproxy/master.sock' },
      },
      {
        name: 'lb-b',
        socket: { kind: 'ssh', login, path: '/run/haproxy/admin.sock' },
        master: { kind: 'ssh', login, path: '/run/haproxy/master.sock' },
      },
    ]);
  });

  it('gives the sidecar its own settings, defaults filled in', () => {
    expect(contract()).toMatchObject({
      stateDirectory: '/var/lib/rejuv',
      listen: { path: '/run/rejuv/rejuv.sock', group: null },
      pollMs: 2000,
      oldWorkersGoneMs: 600_000,
      onAlert: null,
    });
  });

  it('gives the whole procedure of the backend', () => {
    const [shop] = contract().backends;
    expect(shop?.servers.map(({ name, role, ssh }) => [name, role, ssh?.host])).toEqual([
      ['web1', 'primary', '10.0.0.21'],
      ['web2', 'primary', '10.0.0.22'],
      ['web3', 'primary', '10.0.0.23'],
      ['web4', 'spare', '10.0.0.24'],
    ]);
    expect(shop).toMatchObject({
      name: 'shop',
      mode: 'active-standby',
      minServing: 2,
      allowUnchecked: false,
      probe: {
        url: 'http://{address}:{port}/health',
        expect: 200,
        passes: 3,
        everyMs: 1000,
        timeoutMs: 2000,
        deadlineMs: 300_000,
      },
      spare: {
        start: 'sudo -n systemctl start shop',
        stop: 'sudo -n systemctl stop shop',
        deadlineMs: 120_000,
      },
      duplex: [
        { kind: 'run', on: 'aged', command: 'sudo -n shopctl flush-sessions', deadlineMs: 30_000 },
        { kind: 'copy', from: '/var/lib/shop/sessions', to: '/var/lib/shop/sessions', deadlineMs: 120_000 },
        { kind: 'request', on: 'spare', path: '/warmup', times: 20, deadlineMs: 60_000 },
      ],
      drain: { persistenceMs: 30_000, deadlineMs: 600_000, atDeadline: 'wait' },
      actions: [
        {
          kind: 'run',
          command: 'sudo -n find /var/tmp/shop -type f -mmin +60 -delete',
          deadlineMs: 60_000,
          once: false,
        },
        { kind: 'reboot', command: 'sudo -n systemctl reboot', deadlineMs: 600_000 },
      ],
      schedule: [{ cron: '30 3 * * *', timeZone: 'Europe/Berlin', pick: 'longest-running' }],
    });
  });

  it('is frozen through and through', () => {
    const [shop] = contract().backends;
    expect(
      [contract(), shop, shop?.servers[0]?.ssh, shop?.actions].every((part) => Object.isFrozen(part)),
    ).toBe(true);
  });
});

describe('a file without problems', () => {
  it('lets a server override any default of its login', () => {
    const written = '{ host: "::1", port: 2222, user: ops, agent: true, knownHosts: /k, connectTimeout: 3s }';
    const { backends } = readConfig(
      goodFile.replace('ssh: 10.0.0.21', () => `ssh: ${written}`),
      options,
    );
    expect(backends[0]?.servers[0]?.ssh).toEqual({
      host: '::1',
      port: 2222,
      user: 'ops',
      privateKey: '/etc/rejuv/key',
      agent: true,
      knownHosts: '/k',
      connectTimeoutMs: 3000,
    });
  });

  it('may name the group of the socket file', () => {
    const { listen } = readConfig(`listen: { path: /run/r.sock, group: ops }\n${goodFile}`, options);
    expect(listen).toEqual({ path: '/run/r.sock', group: 'ops' });
  });

  it.each(['- reboot:', '- reboot: {}'])('may ask for a reboot with all defaults as `%s`', (written) => {
    const { backends } = readConfig(goodFile.replace('- reboot:', written), options);
    const reboot = { kind: 'reboot', command: 'sudo -n systemctl reboot', deadlineMs: 600_000 };
    expect(backends[0]?.actions[1]).toEqual(reboot);
  });

  it('may name servers of two backends that share a host, from both sides', () => {
    const text = goodFile
      .replace('ssh: 10.0.0.21', 'ssh: 10.0.0.21, sameHost: [api/api1]')
      .replace('api1: {}', 'api1: { sameHost: [shop/web1] }');
    const { backends } = readConfig(text, options);
    expect(backends[0]?.servers[0]?.sameHost).toEqual([{ backend: 'api', server: 'api1' }]);
  });

  it('may say a thing once with an anchor', () => {
    const text = goodFile.replace(
      'run: { on: aged, command: flush }',
      'run: { on: aged, command: &c flush }',
    );
    const { backends } = readConfig(text.replace('command: clean', 'command: *c'), options);
    expect(backends[0]?.actions[0]).toMatchObject({ command: 'flush' });
  });

  it('may reach the login by the agent alone', () => {
    const { loadBalancers } = readConfig(
      goodFile.replace('privateKey: /etc/rejuv/key', 'agent: true'),
      options,
    );
    expect(loadBalancers[1]?.socket).toMatchObject({ login: { agent: true, privateKey: null } });
  });
});

describe('a file with many problems', () => {
  const text = goodFile
    .replace('poll: 2s', 'poll: 2\nstat: /var/lib/rejuv')
    .replace('minServing: 2', 'minServing: 0')
    .replace('ssh: 10.0.0.22', 'ssh: 10.0.0.21')
    .replace('role: spare }', 'role: spare }\n      web3: {}')
    .replace('- copy: { from: /a, to: /b }', '- copy: { to: b }')
    .replace('cron: "30 3 * * *"', 'cron: "*/90 * * * *"');

  it('names all of them at once, in the order of the file, whichever stage found them', () => {
    const thrown = catching(() => readConfig(text, options));
    expect(thrown.code).toBe('config-invalid');
    expect(thrown.facts).toMatchObject({ path: 'rejuv.yaml', count: 8 });
    expect(String(thrown.facts['problems']).split('\n')).toEqual([
      'rejuv.yaml:8:7  poll is 2; write a duration such as 500ms, 30s, 10m, 1h30m or 2d',
      'rejuv.yaml:9:1  there is no key `stat` at the top level; write `state`',
      'rejuv.yaml:12:17  backends.shop.minServing is 0; write a whole number from 1 to 10000',
      'rejuv.yaml:15:20  servers web1 and web2 of backend shop have the same SSH host 10.0.0.21, port 22; give each server its own host: a reboot of one would take the other along',
      'rejuv.yaml:17:7  `web3` is there twice; keep one of the two, or give it another name',
      'rejuv.yaml:24:9  backends.shop.duplex[1].copy.from is missing; write an absolute path, beginning with /',
      'rejuv.yaml:24:21  backends.shop.duplex[1].copy.to is "b", which is not an absolute path; write an absolute path, beginning with /',
      'rejuv.yaml:32:17  a step of 90 is longer than the minute field, so it would match only once; write a step of at most 59, or the one value itself',
    ]);
  });

  it('gives each with its place in the tree, for `--json`', () => {
    const result = findProblems(text, cronRules);
    expect('problems' in result ? result.problems[2] : null).toEqual({
      line: 12,
      column: 17,
      path: 'backends.shop.minServing',
      message: 'backends.shop.minServing is 0',
      fix: 'write a whole number from 1 to 10000',
    });
  });

  it.each([
    ['', 'the file is empty'],
    ['# only a remark\n', 'the file is empty'],
    ['- 1\n', 'the file is a list'],
    ['hello', 'the file is "hello"'],
    ['backends: 5', 'loadBalancers is missing'],
  ])('answers %j with a sentence', (nothing, message) => {
    const result = findProblems(nothing, cronRules);
    expect('problems' in result ? result.problems[0] : null).toMatchObject({ line: 1, column: 1, message });
  });

  it('does not follow aliases without end', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      'b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]',
      'c: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]',
    ];
    const result = findProblems(bomb.join('\n'), cronRules);
    expect('problems' in result ? result.problems[0]?.message : null).toBe(
      'the file repeats its anchors too often',
    );
  });
});

function catching(action: () => unknown): RejuvError {
  try {
    action();
  } catch (thrown) {
    if (thrown instanceof RejuvError) return thrown;
  }
  throw new RangeError('nothing of the catalogue was thrown');
}
