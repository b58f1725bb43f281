import { describe, expect, it } from 'vitest';
import { RejuvError } from '../../src/domain/errors.ts';
import { commands, type CommandRow } from '../../src/cli/commands.ts';
import { fakeId } from '../fakes/control.ts';
import { contract } from './contract.ts';
import { setScene } from './scene.ts';

const isStatus = contract('status');

describe('the command line', () => {
  it('prints its version', async () => {
    const scene = setScene();
    expect(await scene.run('--version')).toBe(0);
    expect(scene.out()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('lists every command that is not hidden in its help', async () => {
    const scene = setScene();
    expect(await scene.run('--help')).toBe(0);
    for (const [name, row] of Object.entries<CommandRow>(commands)) {
      const listed = scene.out().includes(`\n  ${name} `);
      expect([name, listed]).toEqual([name, row.hidden !== true]);
    }
  });

  it.each([
    ['nothing at all'],
    ['an unknown command', 'rejuvinate'],
    ['an unknown option', 'status', '--jason'],
    ['a missing name', 'drain'],
    ['one name too many', 'drain', 'shop/web1', 'shop/web2'],
    ['an option of another command', 'status', '--force'],
    ['an option without its value', 'drain', 'shop/web1', '--reason'],
    ['a role that is none', 'role', 'shop/web1', 'boss'],
  ])('calls %s wrong usage', async (_, ...argv) => {
    const scene = setScene();
    expect(await scene.run(...argv)).toBe(2);
    expect(scene.err()).not.toBe('');
    expect(scene.out()).toBe('');
  });

  it('tells wrong usage as JSON when asked for JSON', async () => {
    const scene = setScene();
    expect(await scene.run('drain', '--json')).toBe(2);
    expect(JSON.parse(scene.out())).toMatchObject({
      error: { code: 'usage', where: null, fix: 'run `rejuv help`' },
    });
    expect(scene.err()).toBe('');
  });

  it('takes the config file from -c, else from $REJUV_CONFIG, else from /etc/rejuv', async () => {
    const scene = setScene();
    scene.env = { REJUV_CONFIG: '/env.yaml' };
    await scene.run('status', '-c', '/option.yaml');
    await scene.run('-c', '/before.yaml', 'status');
    await scene.run('status');
    scene.env = {};
    await scene.run('status');
    expect(scene.configPaths).toEqual(['/option.yaml', '/before.yaml', '/env.yaml', '/etc/rejuv/rejuv.yaml']);
  });

  it('ends with 2 when the config file cannot be read', async () => {
    const scene = setScene();
    expect(await scene.run('status', '-c', '/missing.yaml', '--json')).toBe(2);
    expect(JSON.parse(scene.out())).toMatchObject({
      error: { code: 'config-unreadable', where: '/missing.yaml' },
    });
  });

  it('prints the schema of the config file', async () => {
    const scene = setScene();
    expect(await scene.run('schema')).toBe(0);
    expect(JSON.parse(scene.out())).toHaveProperty('title', 'rejuv configuration');
  });
});

describe('rejuv status', () => {
  it('prints the shape of the contract', async () => {
    const scene = setScene();
    expect(await scene.run('status', '--json')).toBe(0);
    const document: unknown = JSON.parse(scene.out());
    expect(isStatus(document), JSON.stringify(isStatus.errors)).toBe(true);
    expect(scene.err()).toBe('');
  });

  it('shows a person the pair, the servers, what is unknown, and what to know', async () => {
    const scene = setScene();
    expect(await scene.run('status')).toBe(0);
    for (const text of [
      'lb-b  no answer',
      'backend shop (active-standby): unknown serving, at least 2 wanted; 3 request(s) wait in its queue',
      'blocked: lb-b does not answer',
      'drain/up (hand)',
      'held for 10m00s, since 03:20:00 by anna (as the client states it) with `rejuv drain`: drained by a person',
      'only a person ends it: `rejuv ready shop/web2`',
      fakeId,
      'warning: lb-b: it does not answer',
    ]) {
      expect(scene.out()).toContain(text);
    }
  });

  it('asks a running sidecar without examining the config file first', async () => {
    const scene = setScene();
    scene.listenLine = '/run/rejuv/rejuv.sock';
    expect(await scene.run('status', '--json')).toBe(0);
    expect(isStatus(JSON.parse(scene.out()))).toBe(true);
    expect(scene.configPaths).toEqual([]);
  });

  it('examines the config file where no sidecar answers at that line', async () => {
    const scene = setScene();
    scene.listenLine = '/run/rejuv/rejuv.sock';
    scene.sidecar = false;
    expect(await scene.run('status', '-c', '/missing.yaml')).toBe(2);
    expect(scene.err()).toContain('cannot read the config file /missing.yaml');
    expect(await scene.run('status', '-c', '/here.yaml')).toBe(0);
    expect(scene.took).toEqual(['onlooker', 'closed']);
  });

  it('ends with 4 when neither load balancer answers', async () => {
    const scene = setScene();
    const { loadBalancers } = scene.control.now;
    scene.control.now = {
      ...scene.control.now,
      loadBalancers: loadBalancers.map((one) => ({ ...one, reachable: false })),
    };
    expect(await scene.run('status')).toBe(4);
  });

  it('looks for itself when no sidecar runs, and tells what it could not read', async () => {
    const scene = setScene();
    scene.sidecar = false;
    scene.warnings = ['the records cannot be read'];
    expect(await scene.run('status', '--json')).toBe(0);
    expect(scene.took).toEqual(['onlooker', 'closed']);
    expect(scene.err()).toContain('warning: the records cannot be read');
    JSON.parse(scene.out());
  });

  it('--watch shows it again and again until Ctrl-C', async () => {
    const scene = setScene();
    const status = scene.run('status', '--watch', '--json');
    await expect.poll(() => scene.out()).toContain('\n');
    scene.signal('SIGINT');
    expect(await status).toBe(130);
    expect(scene.out().trim().split('\n')).toHaveLength(1);
  });

  it('--watch on a terminal writes over what it showed before, without a blank screen in between', async () => {
    const scene = setScene();
    scene.isTTY = true;
    const status = scene.run('status', '--watch');
    await expect.poll(() => scene.out()).toContain('start HAProxy there');
    scene.signal('SIGINT');
    expect(await status).toBe(130);
    expect(scene.out()).toMatch(/^\u001B\[HSat 2026-11-21 03:30:00 UTC, as the sidecar knows it\u001B\[K\n/);
    expect(scene.out().endsWith('\u001B[J')).toBe(true);
  });
});

describe('rejuv watch, abort, role, history', () => {
  it('watch follows an operation to its end', async () => {
    const scene = setScene();
    scene.control.emit({ phase: 'rejuvenating', step: 'reboot' });
    scene.control.emit({ state: 'failed', phase: 'failed', code: 'never-returned', message: 'gone' });
    expect(await scene.run('watch', fakeId)).toBe(1);
    expect(scene.err()).toContain('rejuvenating reboot');
  });

  it('watch and abort say so when there is no such operation', async () => {
    const scene = setScene();
    expect(await scene.run('watch', 'op-1')).toBe(2);
    scene.control.fail('abort', new RejuvError('unknown-operation', { id: 'op-1' }));
    expect(await scene.run('abort', 'op-1')).toBe(2);
  });

  it('abort passes on who and why', async () => {
    const scene = setScene();
    expect(await scene.run('abort', fakeId, '--reason', 'wrong server')).toBe(0);
    expect(scene.control.aborted).toEqual([{ id: fakeId, by: 'kim', reason: 'wrong server' }]);
  });

  it('abort of one that has ended is blocked', async () => {
    const scene = setScene();
    scene.control.fail('abort', new RejuvError('operation-ended', { id: fakeId, phase: 'completed' }));
    expect(await scene.run('abort', fakeId, '--json')).toBe(3);
    expect(JSON.parse(scene.out())).toMatchObject({ error: { code: 'operation-ended' } });
  });

  it.each(['watch', 'abort'])('%s needs the sidecar', async (verb) => {
    const scene = setScene();
    scene.sidecar = false;
    expect(await scene.run(verb, fakeId)).toBe(4);
    expect(scene.err()).toContain('no sidecar answers at /run/rejuv/rejuv.sock');
  });

  it('role is recorded through the sidecar, or under the lock without one', async () => {
    const scene = setScene();
    expect(await scene.run('role', 'shop/web4', 'primary', '--reason', 'new disk')).toBe(0);
    scene.sidecar = false;
    expect(await scene.run('role', 'shop/web4', 'spare', '--json')).toBe(0);
    expect(scene.took).toEqual(['direct', 'closed']);
    expect(scene.control.roles).toEqual([
      { server: 'shop/web4', role: 'primary', by: 'kim', reason: 'new disk' },
      { server: 'shop/web4', role: 'spare', by: 'kim', reason: null },
    ]);
  });
});

describe('rejuv check', () => {
  const finding = { group: 'load balancers', where: 'lb-a', fix: 'start it', code: null };

  it('ends with 1 on an error, and with 0 on warnings alone', async () => {
    const scene = setScene();
    scene.findings = [{ ...finding, severity: 'warning', message: 'hm' }];
    expect(await scene.run('check')).toBe(0);
    scene.findings = [{ ...finding, severity: 'error', message: 'no answer' }];
    expect(await scene.run('check')).toBe(1);
    expect(scene.out()).toContain('error    lb-a: no answer\n             start it');
  });

  it('prints an array with --json', async () => {
    const scene = setScene();
    scene.findings = [{ ...finding, severity: 'note', message: 'hm' }];
    expect(await scene.run('check', '--json')).toBe(0);
    expect(JSON.parse(scene.out())).toMatchObject([{ severity: 'ok', group: 'config' }, { message: 'hm' }]);
  });

  it('ends with 2 on a broken config', async () => {
    expect(await setScene().run('check', '-c', '/missing.yaml')).toBe(2);
  });
});

describe('rejuv run', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('runs until %s and ends with 0', async (name) => {
    const scene = setScene();
    const status = scene.run('run');
    await expect.poll(() => scene.out()).toBe('up\n');
    scene.signal(name);
    expect(await status).toBe(0);
    expect(scene.listening(name)).toBe(false);
  });
});
