// The process that `npm run bench -- sampling` measures: `fill DIRECTORY DAYS` or `load DIRECTORY`; prints JSON.
import { createClock } from '../../src/io/clock.ts';
import { openSamples } from '../../src/io/samples/open-samples.ts';
import type { SampleStore } from '../../src/domain/seams.ts';
import { createForecasts } from '../../src/control/aging/forecasts.ts';
import { everyMs, readAt, servers, sources, valueOf } from './sampling-load.ts';
import { evaluate, shopOf, thresholds, trend, type Case } from './sampling-rules.ts';

const [what, stateDirectory = '', number = ''] = process.argv.slice(2);
const day = 86_400_000;
const denseMs = day / 6;
const start = Date.UTC(2026, 2, 2);

const emptyMiB = process.memoryUsage.rss() / 2 ** 20;
const emptyCpuMs = cpuMsSince({ user: 0, system: 0 });
const opening = performance.now();
const store = await openSamples({ stateDirectory, clock: createClock() });
const loadMs = performance.now() - opening;
// On a busy machine only CPU time says what it costs.
const loadCpuMs = cpuMsSince({ user: 0, system: 0 }) - emptyCpuMs;
if (what === 'fill') await fill(store, Number(number));
else print({ loadMs, loadCpuMs, rssMiB: process.memoryUsage.rss() / 2 ** 20 });

/** All but the last four hours with a sample every five minutes: enough for the means and the profiles. */
async function fill(into: SampleStore, days: number): Promise<void> {
  for (const [index, server] of servers.entries()) into.started(server, start - index * 3_600_000);
  const sparse = 300_000 / everyMs;
  const steps = (days * day) / everyMs;
  const dense = steps - denseMs / everyMs;
  for (let step = 0; step < dense; step += sparse) {
    keepAll(into, step);
    await into.flush();
  }
  const before = process.cpuUsage();
  let highest = 0;
  for (let step = dense; step < steps; step += 1) {
    keepAll(into, step);
    await into.flush();
    if (step % 100 === 0) highest = Math.max(highest, process.memoryUsage.rss());
  }
  const cpuShare = cpuMsSince(before) / denseMs;
  await into.close();
  report(start + steps * everyMs, { cpuShare, highestMiB: highest / 2 ** 20 });
}

function keepAll(into: SampleStore, step: number): void {
  for (const [index, server] of servers.entries()) {
    const at = readAt(index, start + step * everyMs);
    for (const { source, figures } of sources) {
      into.keep(server, source, new Map(figures.map((figure) => [figure, valueOf(index, figure, step)])), at);
    }
  }
}

function report(now: number, measured: Record<string, number>): void {
  const rssMiB = process.memoryUsage.rss() / 2 ** 20;
  const evaluations = (which: Case, length: number): number[] => {
    const shop = shopOf(which, thresholds, store);
    return Array.from({ length }, () => cpuMsOf(() => evaluate(shop, never, now)));
  };
  const cases = {
    backends: evaluations('backends', 25),
    oneBackend: evaluations('one-backend', 25),
    allAged: evaluations('all-aged', 5),
  };
  print({ ...measured, emptyMiB, now, ...cases, ...trends(now), rssMiB });
}

function print(measured: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(measured)}\n`);
}

/** A trend per server: made once for each new mean, and looked at in between with every evaluation. */
function trends(now: number): Record<'trendsMs' | 'keptTrendsMs', number> {
  const shop = shopOf('backends', trend, store);
  evaluate(shop, createForecasts(), now);
  const forecast = createForecasts();
  const trendsMs = cpuMsOf(() => evaluate(shop, forecast, now));
  return { trendsMs, keptTrendsMs: cpuMsOf(() => evaluate(shop, forecast, now + 1)) };
}

function never(): never {
  throw new Error('a threshold asks no trend');
}

function cpuMsOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  return cpuMsSince(before);
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
