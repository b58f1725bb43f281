import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { whoAnswers } from '../../src/http/answers.ts';
import { groupId } from '../../src/http/group-id.ts';
import { listen, type Listener } from '../../src/http/listen.ts';
import { createRoutes } from '../../src/http/routes.ts';
import { createFakeControl } from '../fakes/control.ts';

let directory = '';
let path = '';
let open: Listener[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rejuv-listen-'));
  path = join(directory, 'rejuv.sock');
});

afterEach(async () => {
  for (const one of open) await one.close();
  open = [];
  await rm(directory, { recursive: true, force: true });
});

async function start(group: string | null = null, at = path): Promise<void> {
  open.push(await listen(createRoutes(createFakeControl()), { path: at, group }));
}

/** A socket whose owner was killed: the file stays. */
async function leaveStaleSocket(): Promise<void> {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('the socket of the sidecar', () => {
  it('is for its user and its group only', async () => {
    await start();
    expect((await stat(path)).mode & 0o777).toBe(0o660);
  });

  it('refuses to start where another sidecar answers, and leaves that one alone', async () => {
    await start();
    await expect(start()).rejects.toMatchObject({ code: 'sidecar-running', exit: 3 });
    expect(await whoAnswers(path)).toBe('somebody');
  });

  it('replaces a socket that nobody answers at', async () => {
    await leaveStaleSocket();
    expect(await whoAnswers(path)).toBe('nobody');
    await start();
    expect(await whoAnswers(path)).toBe('somebody');
  });

  it('does not remove a file that is no socket', async () => {
    await writeFile(path, 'precious');
    await expect(start()).rejects.toMatchObject({ code: 'listen-failed' });
    expect(await readFile(path, 'utf8')).toBe('precious');
  });

  it('is gone once it is closed', async () => {
    await start();
    await open.pop()?.close();
    expect(await whoAnswers(path)).toBe('nothing');
  });

  it('makes the directory it is in, but not the one above that', async () => {
    await start(null, join(directory, 'run', 'rejuv.sock'));
    await expect(start(null, join(directory, 'a', 'b', 'rejuv.sock'))).rejects.toMatchObject({
      code: 'listen-failed',
    });
  });

  it('says so when the group does not exist, and leaves no socket', async () => {
    await expect(start('no-such-group')).rejects.toThrow('there is no group no-such-group');
    expect(await whoAnswers(path)).toBe('nothing');
  });

  it('belongs to the group of the config file', async () => {
    const own = process.getgid?.() ?? 0;
    const name = (await readFile('/etc/group', 'utf8'))
      .split('\n')
      .find((line) => line.split(':')[2] === String(own))
      ?.split(':')[0];
    await start(name ?? String(own));
    expect((await stat(path)).gid).toBe(own);
  });
});

describe('the number of a group', () => {
  it('is found by name, or is taken as it is', async () => {
    const file = join(directory, 'group');
    await writeFile(file, 'root:x:0:\nrejuv:x:987:kim\n');
    expect(await groupId('rejuv', file)).toBe(987);
    expect(await groupId('42', file)).toBe(42);
    expect(await groupId('rej', file)).toBe(null);
  });
});
