import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FakeSamples } from '../../fakes/samples.ts';
import { hour, listOf, minute, monday, node, open, scratch, web1, web2 } from './stores.ts';

const figures = ['load', 'memory.used', 'threads'] as const;
const source = { ...node, everyMs: 15_000 };

/** From one reading to the next, and what it says; steps back are waited out or reach further. */
const readings = fc.array(
  fc.record({
    step: fc.oneof(
      { weight: 12, arbitrary: fc.integer({ min: 15_000, max: 20_000 }) },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 40 * minute }) },
      { weight: 1, arbitrary: fc.integer({ min: -20 * minute, max: 0 }) },
      { weight: 1, arbitrary: fc.integer({ min: hour, max: 50 * hour }) },
    ),
    values: fc.dictionary(fc.constantFrom(...figures), fc.double({ min: -1e9, max: 1e9, noNaN: true }), {
      maxKeys: 3,
    }),
    restart: fc.integer({ min: 0, max: 30 }).map((of) => of === 0),
  }),
  { minLength: 1, maxLength: 150 },
);

it('whatever is kept, with restarts in between, is read back as a plain list gives it', async () => {
  await fc.assert(
    fc.asyncProperty(readings, async (given) => {
      const directory = await scratch();
      const naive = new FakeSamples();
      let store = await open(directory);
      let at = monday;
      for (const reading of given) {
        at += reading.step;
        const values = new Map(Object.entries(reading.values));
        for (const one of [store, naive]) one.keep(web1, source, values, at);
        if (!reading.restart) continue;
        await store.close();
        store = await open(directory);
      }
      await store.close();
      for (const one of [store, await open(directory)]) {
        for (const figure of figures) {
          expect(listOf(one.recent(web1, figure))).toEqual(listOf(naive.recent(web1, figure)));
          // Means are kept with seven digits.
          const rounded = listOf(naive.aggregated(web1, figure)).map((mean) => ({
            at: mean.at,
            value: Math.fround(mean.value),
          }));
          expect(listOf(one.aggregated(web1, figure))).toEqual(rounded);
        }
      }
    }),
    { numRuns: 40 },
  );
});

it('what is usual agrees with a plain list over weeks of any data', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: 0, max: 1_000, noNaN: true }), { minLength: 4, maxLength: 40 }),
      async (loads) => {
        const directory = await scratch();
        const naive = new FakeSamples();
        const store = await open(directory);
        const slow = { ...node, everyMs: minute };
        for (let week = 0; week < 6; week += 1) {
          for (let step = 0; step < 150; step += 1) {
            const at = monday + week * 168 * hour + step * minute;
            const value = loads[(week * 7 + Math.floor(step / 5)) % loads.length] ?? 0;
            for (const one of [store, naive]) one.keep(web1, slow, new Map([['load', value]]), at);
          }
        }
        await store.close();
        for (const one of [store, await open(directory)]) {
          for (const at of [monday, monday + hour]) {
            const [usual, expected] = [one.usual(web1, 'load', at), naive.usual(web1, 'load', at)];
            expect(usual?.weeks).toBe(expected?.weeks);
            expect(usual?.mean).toBeCloseTo(expected?.mean ?? NaN, 2);
            expect(usual?.max).toBeCloseTo(expected?.max ?? NaN, 2);
          }
        }
      },
    ),
    { numRuns: 15 },
  );
});

it('the files stay bounded however long it runs, and however often it is started', async () => {
  const directory = await scratch();
  const slow = { ...node, everyMs: minute };
  let most = 0;
  let store = await open(directory);
  for (let step = 0; step < 14_000; step += 1) {
    const at = monday + step * minute;
    store.keep(web1, slow, new Map(figures.map((figure) => [figure, step % 100])), at);
    if (step % 40 === 39) await store.flush();
    if (step % 1_000 === 999) {
      await store.close();
      most = Math.max(most, await bytesIn(join(directory, 'samples')));
      store = await open(directory);
      expect(store.recent(web1, 'load').length).toBe(120);
      expect(store.aggregated(web1, 'load').length).toBe(Math.min(2_016, Math.ceil((step + 1) / 5) - 1));
    }
  }
  // Two hours of raw samples, a week of means, each and one file more, and the profiles.
  expect(most).toBeLessThan(400 * 1_024);
}, 60_000);

it('a server that left is forgotten after two weeks of running', async () => {
  const directory = await scratch();
  let store = await open(directory);
  const slow = { ...node, everyMs: minute };
  const [left, stays] = [web1, web2];
  for (let at = monday; at < monday + 30 * 24 * hour; at += 5 * minute) {
    if (at < monday + 10 * 24 * hour) store.keep(left, slow, new Map([['load', 1]]), at);
    store.keep(stays, slow, new Map([['load', 1]]), at);
    if (at % hour === 0) await store.flush();
    if (at === monday + 22 * 24 * hour) expect(store.usual(left, 'load', monday)).not.toBeNull();
  }
  for (const one of [store, (await store.close(), (store = await open(directory)))]) {
    expect(one.usual(left, 'load', monday)).toBeNull();
    expect(one.recent(left, 'load').length).toBe(0);
    expect(one.usual(stays, 'load', monday)).not.toBeNull();
  }
}, 60_000);

async function bytesIn(directory: string): Promise<number> {
  const sizes = (await readdir(directory)).map(async (name) => (await stat(join(directory, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
