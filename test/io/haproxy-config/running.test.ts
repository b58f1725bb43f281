import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandResult } from '../../../src/domain/seams.ts';
import { createClock } from '../../../src/io/clock.ts';
import { absolutePaths, readCommandLine } from '../../../src/io/haproxy-config/command-line.ts';
import { readFiles } from '../../../src/io/haproxy-config/files.ts';
import type { Machine } from '../../../src/io/haproxy-config/machine.ts';
import { readRunning } from '../../../src/io/haproxy-config/running.ts';
import { readUnit } from '../../../src/io/haproxy-config/unit.ts';
import { createRunner } from '../../../src/io/runner.ts';

const runner = createRunner(createClock());
const never = new AbortController().signal;

/** This machine itself. */
const here: Machine = { run: (command, signal) => runner.run(command, {}, 10_000, signal) };

/** A machine that answers what the test says. */
function answering(stdout: string, status = 0): Machine {
  const result: CommandResult = { status, endedBy: null, stdout, stderr: '', truncated: false };
  return { run: () => Promise.resolve(result) };
}

let directory = '';
let child: ChildProcess | null = null;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rejuv-config-'));
});
afterEach(async () => {
  if (child !== null) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    child = null;
  }
  await rm(directory, { recursive: true, force: true });
});

/** A process whose command line looks like HAProxy's. */
function start(...words: string[]): number {
  child = spawn('sh', ['-c', 'read -r _', 'haproxy', ...words], {
    cwd: directory,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return child.pid ?? 0;
}

describe('the command line of HAProxy', () => {
  it.each([
    ['haproxy -W -f /etc/haproxy/haproxy.cfg -p /run/haproxy.pid', ['/etc/haproxy/haproxy.cfg']],
    ['haproxy -sf 12 13 -x sockpair@5 -Ws -f a.cfg -f b -S /run/m.sock', ['a.cfg', 'b']],
    ['haproxy -p -f -db -- a.cfg b.cfg', ['a.cfg', 'b.cfg']],
    ['haproxy -L lb-a', []],
  ])('names its files: %s', (line, paths) => {
    expect(readCommandLine(line.split(' ')).paths).toEqual(paths);
  });

  it('counts relative paths from where it was started, or from -C', () => {
    const relative = { paths: ['a.cfg', '/b.cfg'], directory: null };
    expect(absolutePaths(relative, '/srv')).toEqual(['/srv/a.cfg', '/b.cfg']);
    expect(absolutePaths(relative, null)).toBeNull();
    expect(absolutePaths({ ...relative, directory: '/etc' }, null)).toEqual(['/etc/a.cfg', '/b.cfg']);
    expect(absolutePaths({ ...relative, directory: 'x' }, '/srv')).toEqual(['/srv/x/a.cfg', '/b.cfg']);
    expect(absolutePaths({ paths: ['/b.cfg'], directory: null }, null)).toEqual(['/b.cfg']);
  });
});

describe('the files of a configuration', () => {
  it('are those of a directory that end in .cfg and are not hidden, in the order of their bytes', async () => {
    await mkdir(join(directory, 'conf/sub.cfg'), { recursive: true });
    for (const name of ['b.cfg', 'B.cfg', 'a b.cfg', '.hidden.cfg', 'a.txt', "it's.cfg"]) {
      await writeFile(join(directory, 'conf', name), `# ${name}\n`);
    }
    const files = await readFiles(here, '', [join(directory, 'conf')], never);
    if ('problem' in files) throw new Error(files.problem);
    expect(files.map(({ text }) => text)).toEqual(['# B.cfg\n', '# a b.cfg\n', '# b.cfg\n', "# it's.cfg\n"]);
  });

  it('are read whole, however long, to the last letter', async () => {
    const text = `# ${'ä€𝄞'.repeat(20_000)}\nbackend shop\n`;
    await writeFile(join(directory, 'long.cfg'), text);
    const files = await readFiles(here, '', [join(directory, 'long.cfg')], never);
    expect(files).toEqual([
      { path: join(directory, 'long.cfg'), text, changedAtSeconds: expect.any(Number) as number },
    ]);
  });

  it('are said to be missing, and nothing is made up for them', async () => {
    const path = join(directory, 'none.cfg');
    expect(await readFiles(here, '', [path], never)).toMatchObject({
      path,
      problem: expect.any(String) as string,
    });
  });
});

describe('the configuration of the process that answers', () => {
  const config = (socket: string): string =>
    `global\n  stats socket ${socket} level admin\nbackend shop\n  server a 10.0.0.1:80 check fall 1\n`;

  it('is found by its pid, and proven by its socket', async () => {
    const socket = join(directory, 'admin.sock');
    await writeFile(socket, '');
    await writeFile(join(directory, 'haproxy.cfg'), config(socket));
    const pid = start('-W', '-f', 'haproxy.cfg');
    const read = await readRunning(here, pid, socket, never);
    if ('problem' in read) throw new Error(read.problem);
    expect(read.files.map(({ path }) => path)).toEqual([join(directory, 'haproxy.cfg')]);
    expect(read.configuration.proxies.get('shop')?.servers.get('a')?.fall).toBe(1);
  });

  it('is not taken from a process that has only the same pid', async () => {
    const socket = join(directory, 'admin.sock');
    await writeFile(socket, '');
    await writeFile(join(directory, 'other.sock'), '');
    await writeFile(join(directory, 'haproxy.cfg'), config(join(directory, 'other.sock')));
    const read = await readRunning(here, start('-f', join(directory, 'haproxy.cfg')), socket, never);
    expect(read).toMatchObject({ problem: expect.stringContaining('may not be its own') as string });
  });

  it('is not read where no process has the pid, or where the login runs no commands', async () => {
    expect(await readRunning(here, 4_194_300, '/run/a.sock', never)).toMatchObject({
      problem: 'no process with its pid 4194300 can be seen',
    });
    expect(await readRunning(answering('not allowed: exec sh', 126), 7, '/run/a.sock', never)).toMatchObject({
      problem: 'the login there does not run the commands that read it',
    });
  });
});

describe('the systemd unit of HAProxy', () => {
  const process = { pid: 8, master: 7, contained: false, arguments: [], directory: null, unit: null };
  const shown = [
    'begun',
    'MainPID=7',
    'ExecReload={ path=/bin/kill ; argv[]=/bin/kill -USR2 $MAINPID }',
    'ExecStop={ path=/x ; argv[]=/x save }',
    '',
  ].join('\n');

  it('is the one whose main process is its master', async () => {
    expect(await readUnit(answering(shown), process, never)).toEqual({
      name: 'haproxy.service',
      reload: ['{ path=/bin/kill ; argv[]=/bin/kill -USR2 $MAINPID }'],
      stop: ['{ path=/x ; argv[]=/x save }'],
      afterStart: [],
    });
  });

  it('is none when systemd runs another process, or is not there', async () => {
    expect(await readUnit(answering(shown), { ...process, pid: 80, master: 70 }, never)).toBeNull();
    expect(await readUnit(answering('begun\n'), process, never)).toBeNull();
  });
});
