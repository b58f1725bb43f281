import { rename, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSshStreams, type SshStreams } from '../../../src/io/ssh/stream.ts';
import { failureOf, noSignal } from './fixtures.ts';
import { createClock } from '../../../src/io/clock.ts';
import { type Sshd, startSshd } from './sshd.ts';

let sshd: Sshd;
let path: string;
let server: Server;
let streams: SshStreams;
const clock = createClock();

async function ask(question: string, signal = noSignal): Promise<string> {
  const stream = await streams.openOverSsh('lb2', sshd.settings, path)(signal);
  stream.write(question);
  const answer = await text(stream);
  stream.destroy();
  return answer;
}

beforeAll(async () => {
  sshd = await startSshd();
  path = join(sshd.directory, 'admin.sock');
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (data) => socket.end(`answer to ${data.toString()}`));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
}, 60_000);
beforeEach(() => {
  streams = createSshStreams({ clock, keepaliveMs: 300 });
});
afterEach(() => streams.close());
afterAll(async () => {
  server.close();
  await sshd.stop();
});

describe('a runtime socket over SSH', () => {
  it('is reached, many times over one connection', async () => {
    expect(await ask('show info')).toBe('answer to show info');
    expect(await Promise.all(['1', '2', '3'].map((n) => ask(n)))).toEqual(
      [1, 2, 3].map((n) => `answer to ${n}`),
    );
    await expect.poll(() => sshd.connections()).toHaveLength(1);
  });

  it('is reached again after the connection broke', async () => {
    await ask('one');
    await sshd.signalConnections('SIGKILL');
    while ((await sshd.connections()).length > 0) await clock.sleep(10, noSignal);
    await clock.sleep(100, noSignal);
    expect(await ask('two')).toBe('answer to two');
  });

  it('is reached again once a dead connection was noticed', async () => {
    await ask('one');
    const dead = await sshd.connections();
    for (const pid of dead) process.kill(pid, 'SIGSTOP');
    const lost = await failureOf(ask('hangs'));
    expect(lost.code).toBe('haproxy-down');
    expect(await ask('two')).toBe('answer to two');
    for (const pid of dead) process.kill(pid, 'SIGKILL');
  }, 20_000);

  it('that is not there is told with the name of the load balancer', async () => {
    const opening = streams.openOverSsh('lb2', sshd.settings, '/nowhere/admin.sock')(noSignal);
    const error = await failureOf(opening);
    expect(error.code).toBe('socket-missing');
    expect(error.message).toMatch(/^lb2: no socket at ssh:\/\/.*\/nowhere\/admin.sock$/);
  });

  it('that nobody listens at any more is told as a load balancer that is down', async () => {
    const stale = join(sshd.directory, 'stale.sock');
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(stale, resolve));
    await rename(stale, `${stale}.kept`);
    gone.close();
    const error = await failureOf(streams.openOverSsh('lb2', sshd.settings, `${stale}.kept`)(noSignal));
    await rm(`${stale}.kept`);
    expect(error.code).toBe('haproxy-down');
    expect(error.message).toContain('nobody listens at it');
  });

  it('that sshd may not forward to is told with what forbids it', async () => {
    const strict = await startSshd({ lines: 'AllowTcpForwarding no\nDisableForwarding yes' });
    try {
      const error = await failureOf(streams.openOverSsh('lb2', strict.settings, path)(noSignal));
      expect(error.message).toContain('AllowStreamLocalForwarding');
    } finally {
      await strict.stop();
    }
  });

  it('tells why the login failed, and tries again at the next use', async () => {
    const known = { ...sshd.settings, knownHosts: '/nowhere' };
    for (let attempt = 0; attempt < 2; attempt++) {
      const error = await failureOf(streams.openOverSsh('lb2', known, path)(noSignal));
      expect(error.code).toBe('known-hosts-unreadable');
    }
  });

  it('is given up with the reason of the signal, and closing leaves no connection', async () => {
    const controller = new AbortController();
    const opening = ask('one', controller.signal);
    controller.abort(new Error('stop now'));
    await expect(opening).rejects.toThrow('stop now');
    expect(await ask('two')).toBe('answer to two');
    await streams.close();
    while ((await sshd.connections()).length > 0) await clock.sleep(10, noSignal);
    await expect(ask('three')).rejects.toThrow('closed');
  });
});
