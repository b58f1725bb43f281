import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findSockets } from '../../src/cli/init/find-sockets.ts';
import { readHaproxyCfg, socketOfBind } from '../../src/cli/init/haproxy-cfg.ts';
import { startHaproxy } from '../io/haproxy/haproxy-process.ts';

function read(text: string): ReturnType<typeof readHaproxyCfg> {
  return readHaproxyCfg([{ path: 'haproxy.cfg', text }]);
}

describe('a haproxy.cfg', () => {
  it('tells its runtime sockets', () => {
    const { sockets } = read(`
      global # the machine
        stats socket /run/haproxy/admin.sock mode 660 level admin expose-fd listeners
        stats socket ipv4@127.0.0.1:9999 level admin # for the exporter
        # stats socket /run/old.sock
        stats socket "$SOCKET" level admin
        unix-bind prefix /srv
        stats socket '/run/odd name.sock'
        stats timeout 30s
      defaults
        mode http
    `);
    expect(sockets).toEqual(['/run/haproxy/admin.sock', 'tcp://127.0.0.1:9999', '/srv/run/odd name.sock']);
  });

  it.each([
    ['unix@/run/a.sock', '/run/a.sock'],
    ['*:9999', 'tcp://127.0.0.1:9999'],
    [':9999', 'tcp://127.0.0.1:9999'],
    ['0.0.0.0:9999', 'tcp://127.0.0.1:9999'],
    ['ipv6@[fd00::1]:9999', 'tcp://[fd00::1]:9999'],
    [':::9999', 'tcp://[::1]:9999'],
    ['lb.example.net:9999', 'tcp://lb.example.net:9999'],
    ['abns@haproxy', null],
    ['fd@5', null],
    ['relative.sock', null],
    ['', null],
  ])('%s is %s', (bind, socket) => {
    expect(socketOfBind(bind)).toBe(socket);
  });

  const check = (...lines: string[]): unknown =>
    read(['backend shop', ...lines].join('\n')).checks.get('shop') ?? null;

  it.each([
    [['option httpchk GET /health'], { path: '/health', expect: null, scheme: 'http' }],
    [['option httpchk /health'], { path: '/health', expect: null, scheme: 'http' }],
    [['option httpchk'], { path: '/', expect: null, scheme: 'http' }],
    [
      ['option httpchk', 'http-check send meth GET uri /alive'],
      { path: '/alive', expect: null, scheme: 'http' },
    ],
    // With a Host, a body or a method of its own, rejuv's plain GET would ask something else.
    [['option httpchk', 'http-check send meth GET uri /alive ver HTTP/1.1 hdr Host shop'], null],
    [['option httpchk', 'http-check send meth POST uri /alive body x'], null],
    [['option httpchk HEAD /alive'], null],
    [['option httpchk GET /alive HTTP/1.1\\r\\nHost:\\ shop'], null],
    [
      [
        'option httpchk GET /health',
        'http-check expect status 204',
        'server a 10.0.0.1:443 ssl verify none check',
      ],
      { path: '/health', expect: 204, scheme: 'https' },
    ],
    [
      ['option httpchk GET /health', 'http-check expect ! status 500'],
      { path: '/health', expect: null, scheme: 'http' },
    ],
    [['option httpchk GET /health', 'server a 10.0.0.1:80 check port 8080'], null],
    [['option httpchk GET /health', 'http-check connect port 81'], null],
    [['option tcp-check'], null],
    [['option httpchk GET "/x"'], { path: '/x', expect: null, scheme: 'http' }],
    [['option httpchk GET "$CHECK"'], null],
  ])('%j checks %j', (lines, expected) => {
    expect(check(...lines)).toEqual(expected);
  });

  it('takes over the check of its defaults, each from the section before it', () => {
    const { checks } = read(
      'defaults\noption httpchk GET /one\nbackend a\nserver x 10.0.0.1:80\nbackend b\nno option httpchk\n' +
        'defaults\nmode tcp\nbackend c\nlisten d\noption httpchk GET /d\n' +
        'defaults other\noption httpchk GET /other\ndefaults\nbackend e from other',
    );
    expect([...checks].map(([name, { path }]) => [name, path])).toEqual([
      ['a', '/one'],
      ['d', '/d'],
      ['e', '/other'],
    ]);
  });
});

describe('the search for sockets', () => {
  let directory = '';
  const servers: Server[] = [];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rejuv-find-'));
    await mkdir(join(directory, 'proc'));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) server.close();
    await rm(directory, { recursive: true, force: true });
  });
  const path = (name: string): string => join(directory, name);
  const socket = async (name: string): Promise<string> => {
    const server = createServer();
    servers.push(server);
    server.listen(path(name));
    await once(server, 'listening');
    return path(name);
  };
  const process = async (id: number, words: readonly string[]): Promise<void> => {
    await mkdir(path(`proc/${id}`), { recursive: true });
    await writeFile(path(`proc/${id}/cmdline`), words.map((word) => `${word}\0`).join(''));
    await symlink(directory, path(`proc/${id}/cwd`));
  };
  const search = async (usual: readonly string[] = []): Promise<unknown[]> =>
    (await findSockets({ proc: path('proc'), usual })).map(({ socket: found, master, checks }) => ({
      socket: found,
      master,
      checks: [...checks.keys()],
    }));

  it('reads the configuration of each process named haproxy, master and worker once', async () => {
    const admin = await socket('admin.sock');
    const master = await socket('master.sock');
    await writeFile(
      path('a.cfg'),
      `global\nstats socket ${admin} level admin\nbackend shop\noption httpchk GET /h`,
    );
    for (const id of [10, 11]) {
      await process(id, ['/usr/sbin/haproxy', '-Ws', '-f', path('a.cfg'), '-S', `${master},mode,660`]);
    }
    await process(12, ['/usr/bin/haproxy_exporter', '-f', path('a.cfg')]);
    expect(await search()).toEqual([{ socket: admin, master, checks: ['shop'] }]);
  });

  it('follows relative files and directories, and takes several', async () => {
    const one = await socket('one.sock');
    const two = await socket('two.sock');
    await mkdir(path('conf.d'));
    await writeFile(path('conf.d/10.cfg'), `global\nstats socket ${one}`);
    await writeFile(path('conf.d/README'), `stats socket ${path('no.sock')}`);
    await writeFile(path('more.cfg'), `global\nstats socket ${two}`);
    await process(10, ['haproxy', '-f', 'conf.d', '--', 'more.cfg']);
    expect(await search()).toMatchObject([{ socket: one }, { socket: two }]);
  });

  it('passes over what is not there or cannot be read, and looks in the usual places', async () => {
    const usual = await socket('usual.sock');
    await writeFile(path('a.cfg'), `global\nstats socket ${path('gone.sock')}\nstats socket ipv4@:9999`);
    await writeFile(path('file'), '');
    await process(10, ['haproxy', '-f', path('a.cfg'), '-S', path('gone-master.sock')]);
    await process(11, ['haproxy', '-f', '/nonexistent/haproxy.cfg']);
    expect(await search([usual, path('gone.sock'), path('file')])).toEqual([
      { socket: 'tcp://127.0.0.1:9999', master: null, checks: [] },
      { socket: usual, master: null, checks: [] },
    ]);
    expect(await findSockets({ proc: path('nowhere'), usual: [] })).toEqual([]);
  });

  it('finds a real HAProxy of this machine, with its master socket', async () => {
    const haproxy = await startHaproxy(['option httpchk GET /alive']);
    try {
      const found = await findSockets();
      expect(found).toContainEqual({
        socket: haproxy.admin,
        master: haproxy.master,
        checks: new Map([['shop', { path: '/alive', expect: null, scheme: 'http' }]]),
      });
      expect(found.map((one) => one.socket)).toContain(`tcp://127.0.0.1:${haproxy.tcpPort}`);
    } finally {
      await haproxy.stop();
    }
  });
});
