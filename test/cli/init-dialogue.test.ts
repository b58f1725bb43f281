import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProblems } from '../../src/config/read-config.ts';
import type { Settings } from '../../src/domain/settings.ts';
import { cronRules } from '../../src/io/cron.ts';
import { surroundingsOf, type MadeUp, type MadeUpHaproxy } from './init-scene.ts';
import { setScene, type Scene } from './scene.ts';

const enter = '\r';
const space = ' ';
const down = '\u001b[B';
const ctrlC = '\u0003';
const clear = '\u0015';

const servers: MadeUp[] = [
  { id: 'shop/web1', address: '10.0.0.21' },
  { id: 'shop/web2', address: '10.0.0.22' },
  { id: 'shop/web4', address: '10.0.0.24', bits: 5 },
  { id: 'api/app1', address: '10.0.0.41' },
  { id: 'api/app2', address: '10.0.0.42' },
];

let file = '';
beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'rejuv-ask-')), 'rejuv.yaml');
});
afterEach(async () => await rm(join(file, '..'), { recursive: true, force: true }));

function scene(haproxys: Readonly<Record<string, MadeUpHaproxy>>): Scene {
  const made = setScene();
  made.isTTY = true;
  made.surroundings = surroundingsOf(haproxys);
  return made;
}

/** Answers each question once it is asked. */
async function answer(test: Scene, answers: readonly (readonly [RegExp, ...string[]])[]): Promise<void> {
  let seen = 0;
  for (const [question, ...keys] of answers) {
    await expect.poll(() => test.err().slice(seen), { timeout: 5_000, interval: 5 }).toMatch(question);
    seen = test.err().length;
    for (const key of keys) test.stdin.write(key);
  }
}

async function settings(): Promise<Settings> {
  const result = findProblems(await readFile(file, 'utf8'), cronRules);
  if ('settings' in result) return result.settings;
  throw new Error(JSON.stringify(result.problems));
}

const found = { servers, found: true } as const;

describe('rejuv init on a terminal', () => {
  it('asks for the pair, the backends, the spares, the login and the file', async () => {
    const test = scene({ '/run/a.sock': found, '/run/b.sock': found });
    const status = test.run('init');
    await answer(test, [
      [/Which HAProxys are the pair/, enter],
      [/Which backends/, down, space, enter],
      [/Which servers are spares/, down, space, enter],
      [/As whom/, clear, 'deploy', enter],
      [/Where shall the config file go/, clear, file, enter],
    ]);
    expect(await status).toBe(0);
    const { loadBalancers, backends } = await settings();
    expect(loadBalancers.map(({ socket }) => socket)).toEqual([
      { kind: 'unix', path: '/run/a.sock' },
      { kind: 'unix', path: '/run/b.sock' },
    ]);
    expect(backends.map(({ name }) => name)).toEqual(['shop', 'api']);
    const roles = backends.flatMap((one) =>
      one.servers.map(({ name, role, ssh }) => [name, role, ssh?.user]),
    );
    expect(roles).toEqual([
      ['web1', 'primary', 'deploy'],
      ['web2', 'spare', 'deploy'],
      ['web4', 'spare', 'deploy'],
      ['app1', 'primary', 'deploy'],
      ['app2', 'primary', 'deploy'],
    ]);
    expect(test.out()).toBe('');
    expect(test.err()).toContain(`next: rejuv check -c ${file}`);
  });

  it('asks for no more than the flags leave open', async () => {
    const test = scene({ '/run/a.sock': found, '/run/b.sock': found });
    const flags = [
      '--socket',
      '/run/a.sock',
      '/run/b.sock',
      '--backend',
      'shop',
      '--ssh-user',
      'me',
      '-o',
      file,
    ];
    const status = test.run('init', ...flags, '--spare', 'shop/web2');
    expect(await status).toBe(0);
    expect(test.err()).not.toContain('Which');
  });

  it('asks for the other socket until it answers, or leaves a place for it', async () => {
    const test = scene({ '/run/a.sock': found });
    const status = test.run('init', '--backend', 'shop', '-o', file);
    await answer(test, [
      [/Which HAProxys/, enter],
      [/the other HAProxy/, 'b.sock', enter],
      [/not an absolute path/, clear, '/run/a.sock', enter],
      [/the socket of the first one/, clear, '/run/b.sock', enter],
      [/no socket at \/run\/b.sock[^]*the other HAProxy/, enter],
      [/Which servers are spares/, enter],
      [/As whom/, enter],
    ]);
    expect(await status).toBe(0);
    expect(await readFile(file, 'utf8')).toMatch(/FILL IN: the runtime socket of the second HAProxy/);
  });

  it('asks for the first socket where none is found', async () => {
    const test = scene({ '/run/a.sock': { servers }, '/run/b.sock': { servers } });
    const status = test.run('init', '--backend', 'shop', '--ssh-user', 'me', '-o', file);
    await answer(test, [
      [/the first HAProxy/, '/run/a.sock', enter],
      [/the other HAProxy/, '/run/b.sock', enter],
      [/Which servers are spares/, enter],
    ]);
    expect(await status).toBe(0);
    expect((await settings()).loadBalancers).toHaveLength(2);
  });

  it('does not take a third HAProxy, nor a backend of spares only, nor a file that is there', async () => {
    await writeFile(file, 'mine');
    const test = scene({ '/run/a.sock': found, '/run/b.sock': found, '/run/c.sock': found });
    const status = test.run('init', '--backend', 'api');
    await answer(test, [
      [/Which HAProxys/, down, down, space, enter],
      [/choose two at most[^]*Which HAProxys/, enter],
      [/Which servers are spares/, space, down, space, enter],
      [/spares only[^]*Which servers are spares/, space, enter],
      [/As whom/, clear, '9', enter],
      [/not a user name/, clear, 'me', enter],
      [/Where shall/, clear, file, enter],
      [/this file exists/, '.new', enter],
    ]);
    expect(await status).toBe(0);
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect(await readFile(`${file}.new`, 'utf8')).toContain('app1: { ssh: 10.0.0.41, role: spare }');
  });

  it.each([
    ['the pair', [[/Which HAProxys/, ctrlC]]],
    [
      'the spares',
      [
        [/Which HAProxys/, enter],
        [/Which backends/, enter],
        [/spares/, ctrlC],
      ],
    ],
  ] as [string, [RegExp, ...string[]][]][])(
    'Ctrl-C at the question for %s writes nothing',
    async (_, answers) => {
      const test = scene({ '/run/a.sock': found, '/run/b.sock': found });
      const status = test.run('init', '-c', file);
      await answer(test, answers);
      expect(await status).toBe(130);
      expect(test.err()).toContain('nothing was written');
      expect(await readdir(join(file, '..'))).toEqual([]);
    },
  );

  it('asks nothing with --json', async () => {
    const test = scene({ '/run/a.sock': found, '/run/b.sock': found });
    expect(await test.run('init', '--json', '-o', file)).toBe(0);
    expect(test.err()).toBe('');
  });
});
