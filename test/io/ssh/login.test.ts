import { type ChildProcess, spawn } from 'node:child_process';
import { appendFile, chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SshSettings } from '../../../src/domain/settings.ts';
import { createHosts } from '../../../src/io/ssh/hosts.ts';
import { failureOf, noSignal } from './fixtures.ts';
import { createClock } from '../../../src/io/clock.ts';
import { exec, makeKey, type Sshd, startSshd } from './sshd.ts';

let sshd: Sshd;
let rsaOnly: Sshd;
let agent: ChildProcess;
let agentSocket: string;
const hosts = createHosts({ clock: createClock() });

async function greets(settings: SshSettings, through = hosts): Promise<string> {
  const host = await through.connect(settings, noSignal);
  try {
    return (await host.run('echo hello', 10_000, noSignal)).stdout;
  } finally {
    await host.close();
  }
}

async function knownHosts(name: string, text: string): Promise<string> {
  const path = join(sshd.directory, name);
  await writeFile(path, text);
  return path;
}

beforeAll(async () => {
  sshd = await startSshd();
  rsaOnly = await startSshd({ rsa: true });
  agentSocket = join(sshd.directory, 'agent');
  agent = spawn('/usr/bin/ssh-agent', ['-D', '-a', agentSocket], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve) => agent.stdout?.once('data', resolve));
  await exec('ssh-add', ['-q', join(sshd.directory, 'id')], {
    env: { ...process.env, SSH_AUTH_SOCK: agentSocket },
  });
}, 60_000);
afterAll(async () => {
  agent.kill();
  await sshd.stop();
  await rsaOnly.stop();
});

describe('logging in', () => {
  it('works with the private key and the known host key', async () => {
    expect(await greets(sshd.settings)).toBe('hello\n');
  });

  it('refuses an unknown host key and names the line, which then makes it work', async () => {
    const path = await knownHosts('empty', '');
    const error = await failureOf(hosts.connect({ ...sshd.settings, knownHosts: path }, noSignal));
    expect(error.code).toBe('host-key-unknown');
    const line = `[127.0.0.1]:${sshd.port} ${sshd.hostKey}`;
    expect(error.fix).toContain(line);
    const printed = await exec('ssh-keygen', ['-lf', join(sshd.directory, 'host_key.pub')]);
    expect(error.fix).toContain(printed.stdout.split(' ')[1]);
    await appendFile(path, `${String(error.facts['line'])}\n`);
    expect(await greets({ ...sshd.settings, knownHosts: path })).toBe('hello\n');
  });

  it('refuses a changed host key, of the same type or another', async () => {
    const same = (await readFile(join(sshd.directory, 'id.pub'), 'utf8')).split(' ').slice(0, 2).join(' ');
    for (const other of [same, rsaOnly.hostKey]) {
      const path = await knownHosts('changed', `[127.0.0.1]:${sshd.port} ${other}\n`);
      const error = await failureOf(hosts.connect({ ...sshd.settings, knownHosts: path }, noSignal));
      expect(error.code).toBe('host-key-changed');
      expect(error.fix).toContain(sshd.hostKey);
    }
  });

  it('refuses a revoked host key and gives no line to add', async () => {
    const path = await knownHosts(
      'revoked',
      `@revoked * ${sshd.hostKey}\n[127.0.0.1]:${sshd.port} ${sshd.hostKey}\n`,
    );
    const error = await failureOf(hosts.connect({ ...sshd.settings, knownHosts: path }, noSignal));
    expect(error.code).toBe('host-key-changed');
    expect(error.fix).toContain('@revoked');
    expect(error.fix).not.toContain(sshd.hostKey);
  });

  it('knows a hashed host', async () => {
    const path = await knownHosts('hashed', `[127.0.0.1]:${sshd.port} ${sshd.hostKey}\n`);
    await exec('ssh-keygen', ['-q', '-H', '-f', path]);
    expect(await greets({ ...sshd.settings, knownHosts: path })).toBe('hello\n');
  });

  it('asks for the host key type that is known', async () => {
    const settings = { ...rsaOnly.settings, privateKey: join(rsaOnly.directory, 'id') };
    expect(await greets(settings)).toBe('hello\n');
  });

  it('says that known_hosts cannot be read', async () => {
    const error = await failureOf(hosts.connect({ ...sshd.settings, knownHosts: '/nowhere' }, noSignal));
    expect(error.code).toBe('known-hosts-unreadable');
  });

  it('says that the login was refused', async () => {
    const path = join(sshd.directory, 'stranger');
    await makeKey(path, ['-t', 'ed25519']);
    const error = await failureOf(hosts.connect({ ...sshd.settings, privateKey: path }, noSignal));
    expect(error.code).toBe('login-refused');
    expect(error.message).toContain(sshd.settings.user);
  });

  it('logs in through the agent', async () => {
    const withAgent = createHosts({ clock: createClock(), agentSocket });
    const settings = { ...sshd.settings, privateKey: null, agent: true };
    expect(await greets(settings, withAgent)).toBe('hello\n');
  });

  it('leaves a key with a passphrase to the agent, and says so without one', async () => {
    const path = join(sshd.directory, 'locked');
    await makeKey(path, ['-t', 'ed25519'], 'secret');
    const withAgent = createHosts({ clock: createClock(), agentSocket });
    expect(await greets({ ...sshd.settings, privateKey: path, agent: true }, withAgent)).toBe('hello\n');
    const error = await failureOf(hosts.connect({ ...sshd.settings, privateKey: path }, noSignal));
    expect(error.code).toBe('key-unusable');
    expect(error.message).toContain('it has a passphrase');
  });

  it('says when there is no agent, or a dead one', async () => {
    const settings = { ...sshd.settings, privateKey: null, agent: true };
    expect((await failureOf(hosts.connect(settings, noSignal))).message).toContain(
      'SSH_AUTH_SOCK is not set',
    );
    const dead = createHosts({ clock: createClock(), agentSocket: join(sshd.directory, 'no-agent') });
    const error = await failureOf(dead.connect(settings, noSignal));
    expect(error.code).toBe('key-unusable');
    expect(error.message).toContain('no-agent');
  });

  it('says why a key file cannot be used', async () => {
    const open = join(sshd.directory, 'open');
    await makeKey(open, ['-t', 'ed25519']);
    await chmod(open, 0o644);
    const garbage = join(sshd.directory, 'garbage');
    await writeFile(garbage, 'nothing\n', { mode: 0o600 });
    const publicKey = join(sshd.directory, 'public');
    await writeFile(publicKey, await readFile(`${open}.pub`), { mode: 0o600 });
    const problems = {
      '/nowhere/id': 'no such file',
      [open]: '0644',
      [garbage]: 'no private key',
      [publicKey]: 'public',
    };
    for (const [path, problem] of Object.entries(problems)) {
      const error = await failureOf(hosts.connect({ ...sshd.settings, privateKey: path }, noSignal));
      expect(error.code).toBe('key-unusable');
      expect(error.message).toContain(problem);
    }
  });
});

describe('an unreachable host', () => {
  let silent: Server;
  let port: number;
  beforeAll(async () => {
    silent = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    port = address.port;
  });
  afterAll(() => void silent.close());

  it('is told from the refused connection', async () => {
    const closed = await startSshd();
    await closed.stop();
    const error = await failureOf(hosts.connect({ ...sshd.settings, port: closed.port }, noSignal));
    expect(error.code).toBe('host-unreachable');
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('is told after the connect timeout when nobody speaks', async () => {
    const settings = { ...sshd.settings, port, connectTimeoutMs: 300 };
    const error = await failureOf(hosts.connect(settings, noSignal));
    expect(error.code).toBe('host-unreachable');
    expect(error.message).toContain('no login within 300 ms');
  });

  it('is told from a name that does not exist', async () => {
    const error = await failureOf(
      hosts.connect({ ...sshd.settings, host: 'no-such-host.invalid' }, noSignal),
    );
    expect(error.code).toBe('host-unreachable');
  });

  it('ends at once with the reason of the signal', async () => {
    const controller = new AbortController();
    const connecting = hosts.connect({ ...sshd.settings, port }, controller.signal);
    controller.abort(new Error('stop now'));
    await expect(connecting).rejects.toThrow('stop now');
  });
});
