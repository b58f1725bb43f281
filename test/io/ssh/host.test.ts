import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { commandProblem } from '../../../src/domain/command-problem.ts';
import type { Host } from '../../../src/domain/seams.ts';
import { createHosts } from '../../../src/io/ssh/hosts.ts';
import { shellQuote } from '../../../src/io/ssh/shell-quote.ts';
import { failureOf, noSignal } from './fixtures.ts';
import { createClock } from '../../../src/io/clock.ts';
import { type Sshd, startSshd } from './sshd.ts';

let sshd: Sshd;
const open: Host[] = [];
const clock = createClock();
const hosts = createHosts({ clock, keepaliveMs: 300 });
const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
const otherBootId = '00000000-0000-4000-8000-000000000000';

async function login(): Promise<Host> {
  const host = await hosts.connect(sshd.settings, noSignal);
  open.push(host);
  return host;
}

/** Once the command has started over there. */
async function appears(path: string): Promise<void> {
  while ((await readFile(path).catch(() => null)) === null) await clock.sleep(20, noSignal);
}

beforeAll(async () => {
  sshd = await startSshd();
}, 60_000);
afterEach(() => Promise.all(open.splice(0).map((host) => host.close())));
afterAll(() => sshd.stop());

describe('a command on a host', () => {
  it('gives its output and its status', async () => {
    const host = await login();
    const result = await host.run('echo out; echo err >&2; exit 3', 10_000, noSignal);
    expect(result).toEqual({ status: 3, endedBy: null, stdout: 'out\n', stderr: 'err\n', truncated: false });
    expect(host.name).toBe(`${sshd.settings.user}@127.0.0.1:${sshd.port}`);
  });

  it('may run several times, also at once, in one connection', async () => {
    const host = await login();
    const results = await Promise.all([1, 2, 3].map((n) => host.run(`echo ${n}`, 10_000, noSignal)));
    expect(results.map((result) => result.stdout)).toEqual(['1\n', '2\n', '3\n']);
    await expect.poll(() => sshd.connections()).toHaveLength(1);
  });

  it('keeps its exit status when all of it arrives in one piece, on a machine too busy to look', async () => {
    const host = await login();
    for (let i = 0; i < 5; i += 1) {
      const result = host.run('true', 10_000, noSignal);
      // The order leaves in this turn of the loop; then nobody reads the socket until the command has ended.
      await new Promise((resolve) => setImmediate(resolve));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
      expect((await result).status).toBe(0);
    }
  });

  it('reads an empty standard input instead of waiting for one', async () => {
    const host = await login();
    expect(await host.run('cat', 5_000, noSignal)).toMatchObject({ status: 0, stdout: '' });
  });

  it('that is killed names the signal', async () => {
    const host = await login();
    const result = await host.run('kill -KILL $$', 10_000, noSignal);
    expect(result).toMatchObject({ status: null, endedBy: 'KILL' });
    expect(commandProblem(host.name, 'x', result)?.message).toContain('signal KILL');
  });

  it('that does not exist is told as such', async () => {
    const host = await login();
    const result = await host.run('no-such-command-here', 10_000, noSignal);
    expect(result.status).toBe(127);
    expect(commandProblem(host.name, 'no-such-command-here', result)?.code).toBe('command-not-found');
  });

  it('that needs a password for sudo is told as such', async () => {
    const host = await login();
    const bin = join(sshd.directory, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'sudo'), '#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n');
    await chmod(join(bin, 'sudo'), 0o755);
    const command = `PATH=${bin}:$PATH sudo systemctl reboot`;
    const result = await host.run(command, 10_000, noSignal);
    expect(commandProblem(host.name, command, result)?.code).toBe('sudo-password');
    expect((await failureOf(host.reboot(command, bootId, 10_000, noSignal))).code).toBe('sudo-password');
  });

  it('ends at its deadline, and the host stays usable', async () => {
    const host = await login();
    const error = await failureOf(host.run('sleep 60', 300, noSignal));
    expect(error.code).toBe('command-deadline');
    expect(error.message).toContain('`sleep 60` did not end within 300 ms');
    expect((await host.run('echo on', 10_000, noSignal)).stdout).toBe('on\n');
  });

  it('ends with the reason of the signal', async () => {
    const host = await login();
    const controller = new AbortController();
    const running = host.run('sleep 60', 60_000, controller.signal);
    controller.abort(new Error('stop now'));
    await expect(running).rejects.toThrow('stop now');
  });

  it('with endless output is kept in bounds: its beginning and its end', async () => {
    const host = await login();
    const result = await host.run('echo begin; seq 1 200000; echo end', 30_000, noSignal);
    expect(result).toMatchObject({ status: 0, truncated: true });
    expect(result.stdout.length).toBeLessThan(66_000);
    expect(result.stdout).toMatch(/^begin\n1\n2\n[^]*bytes left out[^]*\n200000\nend\n$/);
  });

  it('is told as lost when the connection is cut in the middle', async () => {
    const host = await login();
    const mark = join(sshd.directory, 'running');
    const running = failureOf(host.run(`touch ${mark}; exec sleep 60`, 60_000, noSignal));
    await appears(mark);
    await sshd.signalConnections('SIGKILL');
    expect((await running).code).toBe('host-lost');
    expect((await failureOf(host.run('true', 1_000, noSignal))).code).toBe('host-lost');
  });

  it('is told as lost when the peer is dead but the connection is not', async () => {
    const host = await login();
    const mark = join(sshd.directory, 'stopped');
    const running = failureOf(host.run(`touch ${mark}; exec sleep 60`, 60_000, noSignal));
    await appears(mark);
    await sshd.signalConnections('SIGSTOP');
    const error = await running;
    await sshd.signalConnections('SIGKILL');
    expect(error.code).toBe('host-lost');
  }, 20_000);
});

describe('the boot of a host', () => {
  it('is its boot id and its uptime', async () => {
    const host = await login();
    const boot = await host.boot(noSignal);
    expect(boot.bootId).toBe(bootId);
    const uptimeMs = Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]) * 1000;
    expect(Math.abs(uptimeMs - boot.uptimeMs)).toBeLessThan(5_000);
  });
});

describe('the order to reboot', () => {
  it('runs the command as written when the boot id is still the recorded one', async () => {
    const host = await login();
    const mark = join(sshd.directory, "it's $HOME `quoted`");
    const command = `printf '%s' "$0-ran" > ${shellQuote(mark)}; : "a'b"`;
    expect(await host.reboot(command, bootId, 10_000, noSignal)).toBe('ordered');
    expect(await readFile(mark, 'utf8')).toBe('sh-ran');
  });

  it('runs nothing in another boot', async () => {
    const host = await login();
    const mark = join(sshd.directory, 'never');
    expect(await host.reboot(`touch ${mark}`, otherBootId, 10_000, noSignal)).toBe('other-boot');
    expect(await readFile(mark).catch(() => null)).toBeNull();
  });

  it('tells that the command does not exist', async () => {
    const host = await login();
    const error = await failureOf(host.reboot('no-such-reboot now', bootId, 10_000, noSignal));
    expect(error.code).toBe('command-not-found');
    expect(error.message).toContain('`no-such-reboot now`');
  });

  it('tells that the command failed, with what it said', async () => {
    const host = await login();
    const error = await failureOf(host.reboot('echo not today >&2; exit 4', bootId, 10_000, noSignal));
    expect(error).toMatchObject({ code: 'command-failed', facts: { status: 4, output: 'not today' } });
  });

  it('counts as given when the connection dies after the acknowledgement', async () => {
    const host = await login();
    // The parent of the command's shell is the sshd of this connection, as when a host goes down.
    const command = 'kill -KILL $(cut -d " " -f 4 /proc/$$/stat)';
    expect(await host.reboot(command, bootId, 10_000, noSignal)).toBe('dropped');
  });

  it('counts as given when the command is killed after the acknowledgement', async () => {
    const host = await login();
    expect(await host.reboot('kill -TERM $$', bootId, 10_000, noSignal)).toBe('ordered');
  });

  it('counts as given when it hangs to the deadline after the acknowledgement', async () => {
    const host = await login();
    expect(await host.reboot('sleep 60', bootId, 1_500, noSignal)).toBe('ordered');
  });

  it('is unknown when the connection is dead before the acknowledgement', async () => {
    const host = await login();
    await sshd.signalConnections('SIGSTOP');
    const answer = await host.reboot('true', bootId, 30_000, noSignal);
    await sshd.signalConnections('SIGKILL');
    expect(answer).toBe('unknown');
  }, 20_000);

  it('is never built with something else than a boot id', async () => {
    const host = await login();
    expect((await failureOf(host.reboot('true', '$(touch x)', 1_000, noSignal))).code).toBe('internal');
  });
});
