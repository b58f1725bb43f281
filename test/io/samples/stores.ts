import { onTestFinished } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FigureName } from '../../../src/domain/figure.ts';
import { backendName, serverName, type ServerId } from '../../../src/domain/names.ts';
import type { Samples } from '../../../src/domain/sample.ts';
import type { SampleStore } from '../../../src/domain/seams.ts';
import type { SampledSource } from '../../../src/domain/sources.ts';
import { createMemorySamples, openSamples } from '../../../src/io/samples/open-samples.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { FakeSamples } from '../../fakes/samples.ts';

/** What tests of the samples share. */

export const minute = 60_000;
export const hour = 60 * minute;
/** A Monday, midnight. */
export const monday = Date.UTC(2026, 2, 2);

export const web1: ServerId = { backend: backendName('shop'), server: serverName('web1') };
export const web2: ServerId = { backend: backendName('shop'), server: serverName('web2') };
export const node: SampledSource = { name: 'node', everyMs: 15_000, staleMs: minute };

export const values = (given: Record<FigureName, number>): Map<FigureName, number> =>
  new Map(Object.entries(given));

export function listOf(samples: Samples): { at: number; value: number }[] {
  return Array.from({ length: samples.length }, (_, index) => ({
    at: samples.at(index),
    value: samples.value(index),
  }));
}

/** An empty directory that goes with its test. */
export async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rejuv-samples-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export async function open(stateDirectory: string): Promise<SampleStore> {
  return await openSamples({ stateDirectory, clock: new FakeClock({ now: monday }) });
}

/** Every store that has to keep the contract; `again` is the same after a restart of the process. */
export const kinds: readonly {
  readonly name: string;
  readonly create: () => Promise<{ store: SampleStore; again: () => Promise<SampleStore> }>;
}[] = [
  {
    name: 'on the disk',
    async create() {
      const directory = await scratch();
      const store = await open(directory);
      return {
        store,
        async again() {
          await store.close();
          return await open(directory);
        },
      };
    },
  },
  {
    name: 'in memory',
    async create() {
      const store = createMemorySamples(new FakeClock({ now: monday }));
      return await Promise.resolve({ store, again: async () => await Promise.resolve(store) });
    },
  },
  {
    name: 'the fake',
    async create() {
      const store = new FakeSamples();
      return await Promise.resolve({ store, again: async () => await Promise.resolve(store) });
    },
  },
];
