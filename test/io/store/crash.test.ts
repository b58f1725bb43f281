import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../../src/io/store/open-store.ts';
import { readRecords } from '../../../src/io/store/read-records.ts';
import { scratch } from './scratch.ts';

const appender = fileURLToPath(new URL('./appender.ts', import.meta.url));

/** Starts the other process and calls `onLine` with each of its lines. */
function start(directory: string, mode: string, onLine: (line: string) => void): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', appender, directory, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  createInterface({ input: child.stdout }).on('line', onLine);
  return child;
}

async function startOpen(directory: string, mode: string): Promise<ChildProcess> {
  return await new Promise((resolve, reject) => {
    const child = start(directory, mode, () => {
      resolve(child);
    });
    child.once('exit', (status) => {
      reject(new Error(`the other process ended with ${status ?? 'a signal'}`));
    });
  });
}

describe('kill -9 of the process that writes', () => {
  it('loses no acknowledged event, at any moment, snapshots included', { timeout: 60_000 }, async () => {
    const directory = await scratch();
    for (const after of [1, 7, 24, 60, 133]) {
      let acknowledged = 0;
      let seen = 0;
      const child = start(directory, 'append', (line) => {
        if (line === 'open') return;
        acknowledged = Number(line);
        if ((seen += 1) === after) child.kill('SIGKILL');
      });
      await once(child, 'close');
      expect(seen).toBeGreaterThanOrEqual(after);

      const store = await openStore({ directory });
      for (const name of ['web0', 'web1']) {
        const last = store.records.servers[`shop/${name}`]?.verifiedAt ?? 0;
        // At most the group that was being written when it died is there beyond what it had acknowledged.
        expect([acknowledged, acknowledged + 1]).toContain(last);
      }
      await store.close();
    }
  });
});

describe('two writers of the same records', () => {
  it('are refused: the second one is told that another rejuv holds them', async () => {
    const directory = await scratch();
    const first = await openStore({ directory });
    await expect(openStore({ directory })).rejects.toMatchObject({
      code: 'records-locked',
      facts: { path: directory },
    });
    await first.close();
    await (await openStore({ directory })).close();
  });

  it(
    'in two processes too, and the lock is free at once when the first is killed',
    { timeout: 30_000 },
    async () => {
      const directory = await scratch();
      const holder = await startOpen(directory, 'hold');
      await expect(openStore({ directory })).rejects.toMatchObject({ code: 'records-locked' });
      expect((await readRecords(directory)).operations).toEqual([]);
      holder.kill('SIGKILL');
      await once(holder, 'exit');
      await (await openStore({ directory })).close();
    },
  );

  it('never get in together, however many try at the same moment', async () => {
    const directory = join(await scratch(), 'new');
    for (let round = 0; round < 5; round += 1) {
      const tries = await Promise.allSettled(Array.from({ length: 6 }, () => openStore({ directory })));
      const open = tries.filter((one) => one.status === 'fulfilled');
      expect(open).toHaveLength(1);
      for (const one of tries) {
        if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'records-locked' });
      }
      await open[0]!.value.close();
    }
  });

  it('do not come of somebody who only looks whether the records are open', async () => {
    const directory = await scratch();
    await (await openStore({ directory })).close();
    const looker = spawn('flock', ['-s', join(directory, 'lock'), 'sh', '-c', 'echo held; sleep 0.1'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(looker.stdout, 'data');
    await (await openStore({ directory })).close();
  });

  it('are not possible through a child that outlives us: it does not inherit the lock', async () => {
    const directory = await scratch();
    const store = await openStore({ directory });
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
    await store.close();
    await (await openStore({ directory })).close();
  });
});
