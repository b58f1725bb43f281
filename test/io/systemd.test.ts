import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectSystemd } from '../../src/io/systemd.ts';
import { FakeClock } from '../fakes/clock.ts';

let directory = '';
let clock = new FakeClock();
let problems: string[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rejuv-notify-'));
  clock = new FakeClock();
  problems = [];
});
afterEach(async () => await rm(directory, { recursive: true }));

/** A program in the place of systemd-notify; what it prints to `said` is what systemd would have heard. */
async function systemdNotify(script: string): Promise<void> {
  const path = join(directory, 'systemd-notify');
  await writeFile(path, `#!/bin/sh\ncd ${directory}\n${script}\n`);
  await chmod(path, 0o755);
}

const heard = async (): Promise<string[]> =>
  (await readFile(join(directory, 'said'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');

function manager(env: Record<string, string>): ReturnType<typeof connectSystemd> {
  return connectSystemd({
    env: { PATH: `${directory}:/usr/bin:/bin`, ...env },
    clock,
    onProblem: (problem) => problems.push(problem),
  });
}

const underSystemd = { NOTIFY_SOCKET: '/run/systemd/notify' };
const watched = { ...underSystemd, WATCHDOG_USEC: '30000000' };
const record = 'echo "$NOTIFY_SOCKET $*" >>said';

describe('what systemd is told', () => {
  it('comes in the order in which it happened, however long one message takes', async () => {
    await systemdNotify(`case "$1" in READY=1) sleep 0.2 ;; esac; ${record}`);
    const told = manager(underSystemd);
    told.ready('watching shop');
    told.reloading('reading the config');
    told.ready('watching shop');
    told.stopping('finishing');
    await told.close();
    expect(await heard()).toEqual([
      '/run/systemd/notify READY=1 STATUS=watching shop',
      '/run/systemd/notify RELOADING=1 STATUS=reading the config',
      '/run/systemd/notify READY=1 STATUS=watching shop',
      '/run/systemd/notify STOPPING=1 STATUS=finishing',
    ]);
    expect(problems).toEqual([]);
  });

  it('is nothing where nobody asked', async () => {
    await systemdNotify(record);
    const told = manager({ WATCHDOG_USEC: '30000000' });
    told.ready('watching shop');
    told.watchdog(() => true);
    await told.close();
    expect(await heard()).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it('that cannot be told is logged once and stops nothing', async () => {
    await systemdNotify('echo "no such socket" >&2; exit 1');
    const told = manager(underSystemd);
    told.ready('watching shop');
    told.stopping('finishing');
    await told.close();
    expect(problems).toEqual(['systemd-notify ended with 1: no such socket']);
  });

  it('says which package is missing without systemd-notify', async () => {
    const told = manager({ ...underSystemd, PATH: directory });
    told.ready('watching shop');
    await told.close();
    expect(problems).toEqual([expect.stringContaining('cannot run systemd-notify (package systemd)')]);
  });

  it('does not hold up the stop when nobody reads it', async () => {
    await systemdNotify('exec sleep 300');
    const told = manager(underSystemd);
    told.ready('watching shop');
    const closed = told.close();
    await expect.poll(() => clock.waiting).toBe(1);
    await clock.advance(5_000);
    await closed;
    expect(problems).toEqual(['systemd-notify took longer than 5000 ms']);
  });
});

describe('the signs of life', () => {
  /** How many have been heard after `ms` more. */
  const after = async (ms: number, expected: number): Promise<void> => {
    await clock.advance(ms);
    await expect
      .poll(async () => (await heard()).filter((line) => line.endsWith('WATCHDOG=1')).length)
      .toBe(expected);
  };

  it('come three times as often as systemd waits for one, and end with the sidecar', async () => {
    await systemdNotify(record);
    const told = manager(watched);
    told.watchdog(() => true);
    await after(0, 1);
    await after(10_000, 2);
    await after(10_000, 3);
    await told.close();
    expect(clock.waiting).toBe(0);
  });

  it('stop while the poll loop hangs, and come again when it turns', async () => {
    await systemdNotify(record);
    let turning = true;
    const told = manager(watched);
    told.watchdog(() => turning);
    await after(0, 1);
    turning = false;
    for (let i = 0; i < 5; i += 1) await after(10_000, 1);
    turning = true;
    await after(10_000, 2);
    await told.close();
  });

  it('go on during a stop, when the poll loop has ended', async () => {
    await systemdNotify(record);
    const told = manager(watched);
    told.watchdog(() => false);
    told.stopping('finishing');
    await after(10_000, 1);
    await told.close();
  });

  it('are none where they are meant for another process', async () => {
    await systemdNotify(record);
    const told = manager({ ...watched, WATCHDOG_PID: '1' });
    told.watchdog(() => true);
    await told.close();
    expect(clock.waiting).toBe(0);
    expect(await heard()).toEqual([]);
  });
});
