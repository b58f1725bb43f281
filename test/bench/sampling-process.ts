// The process that `npm run bench -- sampling` measures: `fill DIRECTORY DAYS` or `load DIRECTORY NOW`; prints JSON.
import { createClock } from '../../src/io/clock.ts';
import { openSamples } from '../../src/io/samples/open-samples.ts';
import type { SampleStore } from '../../src/domain/seams.ts';
import { evaluate, everyMs, servers, sources, valueOf } from './sampling-load.ts';

const [what, stateDirectory = '', number = ''] = process.argv.slice(2);
const day = 86_400_000;
const start = Date.UTC(2026, 2, 2);

const emptyMiB = process.memoryUsage.rss() / 2 ** 20;
const emptyCpuMs = cpuMsSince({ user: 0, system: 0 });
const opening = performance.now();
const store = await openSamples({ stateDirectory, clock: createClock() });
const loadMs = performance.now() - opening;
// On a busy machine only CPU time says what it costs.
const loadCpuMs = cpuMsSince({ user: 0, system: 0 }) - emptyCpuMs;
if (what === 'fill') await fill(store, Number(number));
else report(Number(number), { loadMs, loadCpuMs });

/** All but the last day with a sample every five minutes: enough for the means and the profiles. */
async function fill(into: SampleStore, days: number): Promise<void> {
  const sparse = 300_000 / everyMs;
  const steps = (days * day) / everyMs;
  const lastDay = steps - day / everyMs;
  for (let step = 0; step < lastDay; step += sparse) {
    keepAll(into, step);
    await into.flush();
  }
  const before = process.cpuUsage();
  let highest = 0;
  for (let step = lastDay; step < steps; step += 1) {
    keepAll(into, step);
    await into.flush();
    if (step % 100 === 0) highest = Math.max(highest, process.memoryUsage.rss());
  }
  const cpuShare = cpuMsSince(before) / day;
  await into.close();
  report(start + (steps - 1) * everyMs, { cpuShare, highestMiB: highest / 2 ** 20 });
}

function keepAll(into: SampleStore, step: number): void {
  const at = start + step * everyMs;
  for (const [index, server] of servers.entries()) {
    for (const [which, { source, figures }] of sources.entries()) {
      const values = new Map(figures.map((figure, at) => [figure, valueOf(index, which * 4 + at, step)]));
      into.keep(server, source, values, at);
    }
  }
}

function report(now: number, measured: Record<string, number>): void {
  const evaluations = Array.from({ length: 25 }, () => {
    const before = process.cpuUsage();
    evaluate(store, now);
    return cpuMsSince(before);
  });
  const rssMiB = process.memoryUsage.rss() / 2 ** 20;
  const [server] = servers;
  const samples = server === undefined ? 0 : store.recent(server, 'load').length;
  const means = server === undefined ? 0 : store.aggregated(server, 'load').length;
  process.stdout.write(
    `${JSON.stringify({ ...measured, emptyMiB, now, evaluations, rssMiB, samples, means })}\n`,
  );
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
