import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CopyResult } from '../../../src/domain/seams.ts';
import { createHosts } from '../../../src/io/ssh/hosts.ts';
import { failureOf, noSignal } from './fixtures.ts';
import { createClock } from '../../../src/io/clock.ts';
import { exec, type Sshd, startSshd } from './sshd.ts';

let source: Sshd;
let target: Sshd;
let from: string;
let to: string;
const clock = createClock();
const hosts = createHosts({ clock, keepaliveMs: 300 });

function copy(fromPath: string, toPath: string, deadlineMs = 30_000, signal = noSignal): Promise<CopyResult> {
  return hosts.copy(
    { host: source.settings, path: fromPath },
    { host: target.settings, path: toPath },
    deadlineMs,
    signal,
  );
}

beforeAll(async () => {
  [source, target] = await Promise.all([startSshd(), startSshd()]);
}, 60_000);
beforeEach(async () => {
  from = await mkdtemp(join(source.directory, 'from-'));
  to = await mkdtemp(join(target.directory, 'to-'));
});
afterAll(async () => {
  await source.stop();
  await target.stop();
});

describe('copying from one host to another', () => {
  it('takes over what is in a directory, with modes and times, and leaves links and pipes out', async () => {
    await mkdir(join(from, 'deep/er'), { recursive: true, mode: 0o750 });
    await writeFile(join(from, 'one'), 'first', { mode: 0o640 });
    await writeFile(join(from, "deep/er/it's ü"), Buffer.alloc(300_000, 7));
    await writeFile(join(from, 'empty'), '');
    await symlink('/etc/passwd', join(from, 'link'));
    await exec('mkfifo', [join(from, 'pipe')]);
    await utimes(join(from, 'one'), 1_000_000, 2_000_000);
    await utimes(join(from, 'deep'), 1_000_000, 3_000_000);

    expect(await copy(from, join(to, 'new/place'))).toEqual({ files: 3, bytes: 300_005 });
    const place = join(to, 'new/place');
    expect((await readdir(place)).sort()).toEqual(['deep', 'empty', 'one']);
    expect(await readFile(join(place, 'one'), 'utf8')).toBe('first');
    expect(await readFile(join(place, "deep/er/it's ü"))).toEqual(Buffer.alloc(300_000, 7));
    const one = await stat(join(place, 'one'));
    expect([one.mode & 0o7777, one.mtimeMs]).toEqual([0o640, 2_000_000_000]);
    const deep = await stat(join(place, 'deep'));
    expect([deep.mode & 0o7777, deep.mtimeMs]).toEqual([0o750, 3_000_000_000]);
  });

  it('replaces files that are there already, and may be repeated', async () => {
    await writeFile(join(from, 'one'), 'new');
    await writeFile(join(to, 'one'), 'old and longer');
    await writeFile(join(to, 'other'), 'untouched');
    await copy(from, to);
    expect(await copy(from, to)).toEqual({ files: 1, bytes: 3 });
    expect(await readFile(join(to, 'one'), 'utf8')).toBe('new');
    expect((await readdir(to)).sort()).toEqual(['one', 'other']);
  });

  it('copies one file to a path, or into a directory', async () => {
    await writeFile(join(from, 'one'), 'first');
    expect(await copy(join(from, 'one'), join(to, 'a/renamed'))).toEqual({ files: 1, bytes: 5 });
    await copy(join(from, 'one'), to);
    await copy(join(from, 'one'), join(to, 'b/'));
    for (const path of ['a/renamed', 'one', 'b/one']) {
      expect(await readFile(join(to, path), 'utf8')).toBe('first');
    }
  });

  it('names both ends and the path that fails', async () => {
    const error = await failureOf(copy(join(from, 'nothing'), to));
    expect(error.code).toBe('copy-failed');
    expect(error.facts['from']).toContain(`:${source.port}:${from}/nothing`);
    expect(error.facts['to']).toContain(`:${target.port}:${to}`);
    expect(error.message).toContain('there is no such file or directory');
    await writeFile(join(from, 'one'), 'first');
    await writeFile(join(to, 'file'), '');
    const blocked = await failureOf(copy(join(from, 'one'), join(to, 'file/one')));
    expect(blocked.message).toMatch(/file: it is not a directory/);
    await mkdir(join(to, 'one'));
    const replaced = await failureOf(copy(from, to));
    expect(replaced.message).toContain(`:${target.port}:${to}/one: `);
    expect(await readdir(join(to, 'one'))).toEqual([]);
  });

  it('leaves no half file under its final name when the source dies in the middle', async () => {
    await exec('truncate', ['-s', '4G', join(from, 'big')]);
    const copying = failureOf(copy(from, to));
    while ((await readdir(to)).length === 0) await clock.sleep(10, noSignal);
    await source.signalConnections('SIGKILL');
    const error = await copying;
    expect(error.code).toBe('copy-failed');
    expect(error.message).toContain(
      `the SSH connection to ${error.facts['from']?.toString().split(':/')[0]} broke`,
    );
    expect(await readdir(to)).toEqual([]);
    // The next copy starts afresh, whatever the broken one left behind.
    await rm(join(from, 'big'));
    await writeFile(join(from, 'big'), 'small');
    await copy(from, to);
    expect(await readdir(to)).toEqual(['big']);
    expect(await readFile(join(to, 'big'), 'utf8')).toBe('small');
  }, 20_000);

  it('ends at its deadline or with the signal', async () => {
    await exec('truncate', ['-s', '40G', join(from, 'big')]);
    const error = await failureOf(copy(from, to, 1_000));
    expect(error.code).toBe('command-deadline');
    expect(await readdir(to)).toEqual([]);
    const controller = new AbortController();
    const copying = copy(from, to, 60_000, controller.signal);
    controller.abort(new Error('stop now'));
    await expect(copying).rejects.toThrow('stop now');
    expect(await readdir(to)).toEqual([]);
  }, 20_000);

  it('does not follow a link planted at the temporary name', async () => {
    await writeFile(join(from, 'one'), 'first');
    await copy(join(from, 'one'), join(to, 'one'));
    const victim = join(to, 'victim');
    await writeFile(victim, 'precious');
    const [part] = await partNameOf(join(from, 'one'), join(to, 'other'));
    await symlink(victim, join(to, part!));
    await copy(join(from, 'one'), join(to, 'other'));
    expect(await readFile(victim, 'utf8')).toBe('precious');
    expect(await readFile(join(to, 'other'), 'utf8')).toBe('first');
  });

  it('says when the other side cannot be logged in to', async () => {
    const closed = { ...target.settings, port: 1 };
    const copying = hosts.copy(
      { host: source.settings, path: from },
      { host: closed, path: to },
      30_000,
      noSignal,
    );
    expect((await failureOf(copying)).code).toBe('host-unreachable');
    await expect.poll(() => source.connections()).toHaveLength(0);
  });
});

/** The temporary name that a copy to `path` uses, seen while one is under way. */
async function partNameOf(fromPath: string, path: string): Promise<string[]> {
  await exec('truncate', ['-s', '40G', `${fromPath}-big`]);
  const before = new Set(await readdir(to));
  const controller = new AbortController();
  const copying = copy(`${fromPath}-big`, path, 60_000, controller.signal);
  let seen: string[] = [];
  while (seen.length === 0) {
    await clock.sleep(10, noSignal);
    seen = (await readdir(to)).filter((name) => !before.has(name));
  }
  controller.abort(new Error('seen'));
  await copying.catch(() => undefined);
  for (const name of seen) await rm(join(to, name), { force: true });
  return seen;
}
