import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { listOf, open, scratch, web1 } from './stores.ts';

const keeper = fileURLToPath(new URL('./keeper.ts', import.meta.url));

it('kill -9 loses no sample that was flushed, and the next start goes on', { timeout: 60_000 }, async () => {
  const directory = await scratch();
  let next = 0;
  for (const after of [1, 20, 111, 350]) {
    let flushed = -1;
    let seen = 0;
    const child = spawn(process.execPath, ['--import', 'tsx', keeper, directory, String(next)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      flushed = Number(line);
      if ((seen += 1) === after) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const store = await open(directory);
    expect(store.troubles()).toEqual([]);
    const values = listOf(store.recent(web1, 'load')).map(({ value }) => value);
    // At most the one that was being written is there beyond what it had said.
    expect([flushed, flushed + 1]).toContain(values.at(-1));
    expect(values).toEqual(values.map((_, index) => (values[0] ?? 0) + index));
    next = (values.at(-1) ?? 0) + 1;
  }
});
