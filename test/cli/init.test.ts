import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProblems } from '../../src/config/read-config.ts';
import { cronRules } from '../../src/io/cron.ts';
import { surroundingsOf, type MadeUp, type MadeUpHaproxy } from './init-scene.ts';
import { setScene, type Scene } from './scene.ts';

let directory = '';
let file = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rejuv-init-'));
  file = join(directory, 'rejuv.yaml');
});
afterEach(async () => await rm(directory, { recursive: true, force: true }));

const shop: MadeUp[] = [
  { id: 'shop/web1', address: '10.0.0.21' },
  { id: 'shop/web2', address: '10.0.0.22' },
  { id: 'shop/web4', address: '10.0.0.24', bits: 5 },
];
const api: MadeUp[] = [{ id: 'api/app1', address: '10.0.0.41' }];
const pair = { '/run/a.sock': { servers: [...shop, ...api] }, '/run/b.sock': { servers: [...shop, ...api] } };
const both = ['--socket', '/run/a.sock', '--socket', '/run/b.sock'];

function scene(haproxys: Readonly<Record<string, MadeUpHaproxy>> = pair): Scene {
  const made = setScene();
  made.surroundings = surroundingsOf(haproxys);
  return made;
}

async function written(): Promise<string> {
  return await readFile(file, 'utf8');
}

async function backendsIn(text: string): Promise<string[]> {
  const result = findProblems(text, cronRules);
  await Promise.resolve();
  return 'settings' in result ? result.settings.backends.map(({ name }) => name) : ['problems'];
}

describe('rejuv init without a terminal', () => {
  it('writes a file that is read as it is, and says what to fill in by line, and what to do next', async () => {
    const test = scene();
    expect(await test.run('init', ...both, '--output', file)).toBe(0);
    expect(test.out()).toBe('');
    expect(await backendsIn(await written())).toEqual(['shop', 'api']);
    const lines = (await written()).split('\n');
    const told = [...test.err().matchAll(new RegExp(`^${file}:(\\d+) {2}(fill in|fix): (.*)$`, 'gm'))];
    expect(told.length).toBeGreaterThan(2);
    for (const [, line, , what] of told) expect(lines[Number(line) - 1]).toContain(what);
    expect(test.err()).toContain(`next: rejuv check -c ${file}\n`);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect(await readdir(directory)).toEqual(['rejuv.yaml']);
  });

  it('takes both sockets after one --socket as well', async () => {
    expect(await scene().run('init', '--socket', '/run/a.sock', '/run/b.sock', '-o', file)).toBe(0);
    expect(await written()).toContain('socket: /run/b.sock');
  });

  it('takes the named backends only, and the named spares besides those of haproxy.cfg', async () => {
    const test = scene();
    const named = ['--backend', 'shop', '--spare', 'shop/web2', '--ssh-user', 'deploy'];
    expect(await test.run('init', ...both, ...named, '-o', file)).toBe(0);
    const result = findProblems(await written(), cronRules);
    if (!('settings' in result)) throw new Error(JSON.stringify(result.problems));
    const [backend, ...others] = result.settings.backends;
    expect(others).toEqual([]);
    expect(backend!.servers.map(({ name, role }) => [name, role])).toEqual([
      ['web1', 'primary'],
      ['web2', 'spare'],
      ['web4', 'spare'],
    ]);
    expect(backend!.servers[0]!.ssh?.user).toBe('deploy');
  });

  it('asks a load balancer behind SSH as the one who will log in later', async () => {
    const other = {
      '/run/a.sock': { servers: shop },
      'ssh://deploy@10.0.0.12:22/run/b.sock': { servers: shop },
    };
    const test = scene(other);
    const sockets = ['--socket', '/run/a.sock', 'ssh://10.0.0.12/run/b.sock'];
    expect(await test.run('init', ...sockets, '--ssh-user', 'deploy', '-o', file)).toBe(0);
    expect(await written()).toContain('socket: "ssh://10.0.0.12/run/b.sock"');
    expect(await written()).toContain('user: deploy\n  agent: true');
  });

  it('goes to the file of -c, else of $REJUV_CONFIG, and then `rejuv check` is enough', async () => {
    const test = scene();
    test.env = { REJUV_CONFIG: file };
    expect(await test.run('init', ...both)).toBe(0);
    expect(test.err()).toContain('next: rejuv check\n');
    expect(await test.run('init', ...both, '-c', `${file}.other`)).toBe(0);
    expect((await readdir(directory)).sort()).toEqual(['rejuv.yaml', 'rejuv.yaml.other']);
  });

  it('prints the file on standard output for -, and nothing else there', async () => {
    const test = scene();
    expect(await test.run('init', ...both, '-o', '-')).toBe(0);
    expect(await backendsIn(test.out())).toEqual(['shop', 'api']);
    expect(test.err()).toContain('next: rejuv check');
  });

  it('reports as JSON what was written and what is missing', async () => {
    const test = scene();
    expect(await test.run('init', '--socket', '/run/a.sock', '--backend', 'shop', '-o', file, '--json')).toBe(
      0,
    );
    expect(test.err()).toBe('');
    const report = JSON.parse(test.out()) as { fillIn: { line: number; what: string }[] };
    expect(report).toMatchObject({
      path: file,
      loadBalancers: [{ name: 'lb-a', socket: '/run/a.sock', level: 'admin', version: '2.6.12' }],
      backends: [
        {
          name: 'shop',
          minServing: 1,
          servers: [{ name: 'web1', address: '10.0.0.21:8080', role: 'primary' }, {}, { role: 'spare' }],
        },
      ],
      fix: [],
      next: `rejuv check -c ${file}`,
    });
    const lines = (await written()).split('\n');
    for (const { line, what } of report.fillIn) expect(lines[line - 1]).toContain(what);
    expect(report.fillIn[0]!.what).toContain('second HAProxy');
  });

  it('gives the file inside of the JSON when it goes to standard output', async () => {
    const test = scene();
    expect(await test.run('init', ...both, '-o', '-', '--json')).toBe(0);
    const report = JSON.parse(test.out()) as { path: null; config: string };
    expect(report.path).toBeNull();
    expect(await backendsIn(report.config)).toEqual(['shop', 'api']);
  });

  it('uses the sockets that are found, the one with more rights where a process has two', async () => {
    const test = scene({
      '/run/user.sock': { servers: shop, level: 'user', pid: 7, found: true },
      '/run/admin.sock': { servers: shop, pid: 7, found: { master: '/run/master.sock' } },
      '/run/dead.sock': { servers: [], found: true },
      '/run/b.sock': { servers: shop, pid: 8, found: true },
    });
    const { surroundings } = test;
    test.surroundings = {
      ...test.surroundings,
      connect: async (sockets) => {
        const dead = sockets.some(({ socket }) => socket.kind === 'unix' && socket.path === '/run/dead.sock');
        return await surroundings.connect(
          dead ? sockets.map((one) => ({ ...one, socket: { kind: 'unix', path: '/run/none' } })) : sockets,
        );
      },
    };
    expect(await test.run('init', '-o', file)).toBe(0);
    expect(await written()).toMatch(/lb-a:.*\n {4}socket: \/run\/admin.sock\n {4}master: \/run\/master.sock/);
    expect(await written()).toContain('socket: /run/b.sock');
    expect(await written()).not.toContain('/run/user.sock');
  });

  it('leaves out a backend that only one of the two has, and says so', async () => {
    const test = scene({ '/run/a.sock': { servers: [...shop, ...api] }, '/run/b.sock': { servers: shop } });
    expect(await test.run('init', ...both, '-o', file)).toBe(0);
    expect(await backendsIn(await written())).toEqual(['shop']);
    expect(test.err()).toContain('left out: backend api: lb-b does not have it');
  });
});

describe('what stops it', () => {
  it('a file that is there stays as it is', async () => {
    await writeFile(file, 'mine');
    const test = scene();
    expect(await test.run('init', ...both, '-o', file)).toBe(3);
    expect(test.err()).toContain('--force');
    expect(await written()).toBe('mine');
    expect(await readdir(directory)).toEqual(['rejuv.yaml']);
  });

  it('unless it holds nothing but comments, as a package leaves it', async () => {
    await writeFile(file, '# Every line is a comment.\n\n  # poll: 2s\n');
    expect(await scene().run('init', ...both, '-o', file)).toBe(0);
    expect(await written()).toContain('loadBalancers:');
  });

  it('a device or a pipe is neither replaced nor read, not even with --force', async () => {
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const words of [[], ['--force']]) {
      const test = scene();
      expect(await test.run('init', ...both, '-o', pipe, ...words)).not.toBe(0);
      expect((await stat(pipe)).isFIFO()).toBe(true);
    }
  });

  it('unless --force says otherwise; a link to the file stays a link', async () => {
    await writeFile(join(directory, 'real.yaml'), 'old');
    await chmod(join(directory, 'real.yaml'), 0o600);
    await symlink('real.yaml', file);
    expect(await scene().run('init', ...both, '-o', file, '--force')).toBe(0);
    expect((await readdir(directory)).sort()).toEqual(['real.yaml', 'rejuv.yaml']);
    expect(await readFile(join(directory, 'real.yaml'), 'utf8')).toContain('loadBalancers:');
    expect((await stat(file)).mode & 0o777).toBe(0o640);
  });

  it('a file that appears while HAProxy is asked stays too', async () => {
    const test = scene();
    const { surroundings } = test;
    test.surroundings = {
      ...test.surroundings,
      connect: async (sockets) => {
        await writeFile(file, 'mine');
        return await surroundings.connect(sockets);
      },
    };
    expect(await test.run('init', ...both, '-o', file)).toBe(3);
    expect(await written()).toBe('mine');
    expect(await readdir(directory)).toEqual(['rejuv.yaml']);
  });

  it('a place that cannot be written to leaves nothing behind', async () => {
    await writeFile(file, 'a file');
    const test = scene();
    expect(await test.run('init', ...both, '-o', join(file, 'rejuv.yaml'))).toBe(3);
    expect(test.err()).toContain('not a directory');
    await mkdir(join(directory, 'taken'));
    expect(await test.run('init', ...both, '-o', join(directory, 'taken'), '--force')).toBe(3);
    expect((await readdir(directory)).sort()).toEqual(['rejuv.yaml', 'taken']);
  });

  it('makes the directory of the file', async () => {
    file = join(directory, 'etc', 'rejuv', 'rejuv.yaml');
    expect(await scene().run('init', ...both, '-o', file)).toBe(0);
    expect(await backendsIn(await written())).toEqual(['shop', 'api']);
  });

  it.each([
    ['a socket that does not exist', 4, 'no socket at /run/none.sock', ['--socket', '/run/none.sock']],
    ['no HAProxy to be found', 4, 'no running HAProxy was found', []],
    ['a relative socket', 2, 'not an absolute path', ['--socket', 'admin.sock']],
    ['a port without a host', 2, '--socket', ['--socket', 'tcp://:99']],
    ['three sockets', 2, 'two sockets at most', [...both, '--socket', '/run/c.sock']],
    ['one socket twice', 2, 'the same one', ['--socket', '/run/a.sock', '--socket', '/run/a.sock']],
    ['an unknown backend', 2, 'there is: shop, api', [...both, '--backend', 'sohp']],
    ['a spare that is no server', 2, '--spare "shop/web9"', [...both, '--spare', 'shop/web9']],
    ['a spare of a backend left aside', 2, '--spare', [...both, '--backend', 'api', '--spare', 'shop/web1']],
    ['nothing but spares', 2, 'spares only', [...both, '--spare', 'api/app1']],
    ['a login that is none', 2, '--ssh-user', [...both, '--ssh-user', 'a b']],
    ['an argument', 2, 'argument', ['shop']],
  ])('%s', async (_, status, said, argv) => {
    const test = scene();
    expect(await test.run('init', '-o', file, ...argv)).toBe(status);
    expect(test.err()).toContain(said);
    expect(await readdir(directory)).toEqual([]);
  });

  it('a second load balancer that does not answer is never left out silently', async () => {
    const test = scene();
    expect(await test.run('init', '--socket', '/run/a.sock', '--socket', '/run/none.sock', '-o', file)).toBe(
      4,
    );
    expect(test.err()).toContain('lb-b: no socket at /run/none.sock');
    expect(await readdir(directory)).toEqual([]);
  });

  it('a pair without a backend in common', async () => {
    const test = scene({ '/run/a.sock': { servers: shop }, '/run/b.sock': { servers: api } });
    expect(await test.run('init', ...both, '-o', file)).toBe(3);
    expect(test.err()).toContain('shop: lb-b does not have it');
  });

  it('three HAProxys on this machine: which ones has to be said', async () => {
    const found = { servers: shop, found: true } as const;
    const test = scene({ '/run/a.sock': found, '/run/b.sock': found, '/run/c.sock': found });
    expect(await test.run('init', '-o', file)).toBe(2);
    expect(test.err()).toContain('/run/a.sock, /run/b.sock, /run/c.sock');
  });

  it('the reason of a found socket that does not answer is told', async () => {
    const test = scene();
    test.surroundings = {
      ...test.surroundings,
      findSockets: () => Promise.resolve([{ socket: '/run/gone.sock', master: null, checks: new Map() }]),
    };
    expect(await test.run('init', '-o', file)).toBe(4);
    expect(test.err()).toContain('no socket at /run/gone.sock');
  });

  it('Ctrl-C while HAProxy is asked writes nothing', async () => {
    const test = scene();
    test.surroundings = {
      ...test.surroundings,
      connect: () => {
        test.signal('SIGINT');
        return Promise.reject(new Error('stopped'));
      },
    };
    expect(await test.run('init', ...both, '-o', file)).toBe(130);
    expect(await readdir(directory)).toEqual([]);
    expect(test.listening('SIGINT')).toBe(false);
  });
});
