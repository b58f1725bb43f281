// Keeps samples until it is killed: `keeper.ts STATE-DIRECTORY FIRST`. Prints each that a flush has put on the disk.
import { backendName, serverName } from '../../../src/domain/names.ts';
import { createClock } from '../../../src/io/clock.ts';
import { openSamples } from '../../../src/io/samples/open-samples.ts';

const [stateDirectory = '', first = '0'] = process.argv.slice(2);
const server = { backend: backendName('shop'), server: serverName('web1') };
const source = { name: 'node', everyMs: 15_000, staleMs: 60_000 };
const store = await openSamples({ stateDirectory, clock: createClock() });
for (let step = Number(first); ; step += 1) {
  store.keep(server, source, new Map([['load', step]]), Date.UTC(2026, 2, 2) + step * 1_000);
  await store.flush();
  process.stdout.write(`${step}\n`);
}
