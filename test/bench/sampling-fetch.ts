// What `npm run bench -- sampling` measures beside the samples: `sampling-fetch PORT READINGS`; prints JSON.
import { backendName, serverName } from '../../src/domain/names.ts';
import { createClock } from '../../src/io/clock.ts';
import { createExporterSource } from '../../src/io/metrics/exporter.ts';
import { readExposition } from '../../src/io/metrics/exposition.ts';
import { isKnownMetric } from '../../src/io/metrics/known-figures.ts';
import { nodeExporterPage } from './exporter-page.ts';

const [port = '', readings = ''] = process.argv.slice(2);
const servers = 20;
const source = createExporterSource(
  {
    ...{ kind: 'exporter', name: 'node', everyMs: 15_000, staleMs: 60_000, deadlineMs: 5_000 },
    ...{ url: 'http://{address}:{port}/metrics', only: null, auth: null, metrics: [] },
  },
  createClock(),
);
const { signal } = new AbortController();

/** CPU of one reading, request and all, in milliseconds. */
async function round(): Promise<number> {
  const before = process.cpuUsage();
  for (let at = 0; at < Number(readings); at += 1) {
    const id = { backend: backendName('shop'), server: serverName(`web${at % servers}`) };
    const read = await source.read({ id, address: '127.0.0.1', port: Number(port), ssh: null }, signal);
    if (read.length < 6) throw new Error('not all figures were read');
  }
  return cpuMsSince(before) / Number(readings);
}

function parsing(): number {
  const page = nodeExporterPage();
  const before = process.cpuUsage();
  for (let at = 0; at < Number(readings); at += 1) readExposition(page, isKnownMetric);
  return cpuMsSince(before) / Number(readings);
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

await round();
const readingMs: number[] = [];
for (let at = 0; at < 5; at += 1) readingMs.push(await round());
parsing();
const parsingMs = Array.from({ length: 5 }, parsing);
await source.close();
process.stdout.write(`${JSON.stringify({ readingMs, parsingMs })}\n`);
