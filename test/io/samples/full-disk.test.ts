import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { realFiles, type Files } from '../../../src/io/samples/files.ts';
import { openSamples } from '../../../src/io/samples/open-samples.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { listOf, minute, monday, node, open, scratch, values, web1 } from './stores.ts';

const slow = { ...node, everyMs: minute };

/** A disk that fills up in the middle of a write. */
function fillable(directory: string): Files & { full: boolean } {
  const real = realFiles(directory);
  return {
    ...real,
    full: false,
    async write(name, position, bytes) {
      await real.write(name, position, this.full ? bytes.subarray(0, bytes.length / 2) : bytes);
      if (!this.full) return;
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    },
  };
}

it('a full disk is said, memory goes on, and what waited is written once there is room', async () => {
  const stateDirectory = await scratch();
  const files = fillable(join(stateDirectory, 'samples'));
  const store = await openSamples({ stateDirectory, clock: new FakeClock({ now: monday }), files });
  const keep = (step: number): void => store.keep(web1, slow, values({ load: step }), monday + step * minute);
  keep(0);
  await store.flush();
  files.full = true;
  for (let step = 1; step < 5; step += 1) {
    keep(step);
    await expect(store.flush()).rejects.toMatchObject({ code: 'samples-unwritable' });
  }
  expect(store.troubles().map(({ since, error }) => [since, error.code])).toEqual([
    [monday, 'samples-unwritable'],
  ]);
  expect(store.recent(web1, 'load').length).toBe(5);
  files.full = false;
  keep(5);
  await store.close();
  expect(store.troubles()).toEqual([]);
  expect(listOf((await open(stateDirectory)).recent(web1, 'load')).map(({ value }) => value)).toEqual([
    0, 1, 2, 3, 4, 5,
  ]);
});

it('a disk that stays full loses samples on the disk alone, and never more memory than a few MiB', async () => {
  const stateDirectory = await scratch();
  const files = fillable(join(stateDirectory, 'samples'));
  const store = await openSamples({ stateDirectory, clock: new FakeClock({ now: monday }), files });
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`own.${index}`, index]));
  files.full = true;
  for (let step = 0; step < 700; step += 1) {
    store.keep(web1, slow, values(many), monday + step * 1_000);
    if (step % 10 === 9) await store.flush().catch(() => undefined);
  }
  files.full = false;
  await store.flush();
  store.keep(web1, slow, values({ 'own.7': 8 }), monday + 800_000);
  await store.close();
  const after = await open(stateDirectory);
  expect(after.troubles()).toEqual([]);
  const samples = listOf(after.recent(web1, 'own.7'));
  expect(samples.length).toBeLessThan(400);
  expect(samples.at(-1)?.value).toBe(8);
});

it('a directory that cannot be made, or was taken away, is made once it can be', async () => {
  const stateDirectory = await scratch();
  const directory = join(stateDirectory, 'samples');
  await writeFile(directory, 'a file in its place');
  const store = await open(stateDirectory);
  store.keep(web1, slow, values({ load: 1 }), monday);
  await expect(store.flush()).rejects.toMatchObject({ code: 'samples-unwritable' });
  await rm(directory);
  await store.flush();
  await rm(directory, { recursive: true });
  store.keep(web1, slow, values({ load: 2 }), monday + minute);
  await store.flush().catch(() => undefined);
  store.keep(web1, slow, values({ load: 3 }), monday + 2 * minute);
  await store.close();
  const read = listOf((await open(stateDirectory)).recent(web1, 'load')).map(({ value }) => value);
  expect(read.at(-1)).toBe(3);
});

it('a directory that cannot be read is left alone, and said', async () => {
  const stateDirectory = await scratch();
  await mkdir(join(stateDirectory, 'samples'));
  const real = realFiles(join(stateDirectory, 'samples'));
  const files: Files = { ...real, names: async () => await Promise.reject(new Error('EIO')) };
  const store = await openSamples({ stateDirectory, clock: new FakeClock({ now: monday }), files });
  store.keep(web1, slow, values({ load: 1 }), monday);
  await store.close();
  expect(store.troubles()).toHaveLength(1);
  expect(await real.names()).toEqual([]);
});
