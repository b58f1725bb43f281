// The measuring part of a sidecar, in real time, for `npm run bench -- sampling`: `sampling-live DIRECTORY NOW PORTS`; prints JSON.
import { join } from 'node:path';
import { stringify } from 'yaml';
import { plugIn, type Ground } from '../../src/cli/plug-in.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createForecasts } from '../../src/control/aging/forecasts.ts';
import { createJournal } from '../../src/control/journal.ts';
import { createSampling } from '../../src/control/sampling/sampling.ts';
import { createWorlds } from '../../src/control/worlds.ts';
import type { Settings } from '../../src/domain/settings.ts';
import { createClock } from '../../src/io/clock.ts';
import { createCron, cronRules } from '../../src/io/cron.ts';
import { readExposition } from '../../src/io/metrics/exposition.ts';
import { isKnownMetric } from '../../src/io/metrics/known-figures.ts';
import { openSamples } from '../../src/io/samples/open-samples.ts';
import { openStore } from '../../src/io/store/open-store.ts';
import { nodeExporterPage } from './exporter-page.ts';
import { servers } from './sampling-load.ts';
import { evaluate, shopOf, snapshotOf, thresholds, trend } from './sampling-rules.ts';

const [stateDirectory = '', filledTo = '', ports = ''] = process.argv.slice(2);
const pollMs = 2_000;
const every = '15s';
const spanMs = 15_000;
/** Until Node has compiled what runs often. */
const settlingMs = 45_000;
const spans = 4;
/** So often every page is read, and every rule judged, before, so that the compiler of Node has done its part. */
const warmingUp = 5;

const real = createClock();
const shift = Number(filledTo) - real.now();
/** The samples on the disk end now. */
const clock = { ...real, now: () => real.now() + shift };
const cron = createCron();

function settingsOfShop(): Settings {
  const names = new Set(servers.map(({ backend }) => backend));
  const source = { exporter: 'http://{address}:{port}/metrics', every, timeout: '5s', stale: '60s' };
  const document = {
    loadBalancers: { 'lb-a': { socket: '/nowhere/a.sock' }, 'lb-b': { socket: '/nowhere/b.sock' } },
    state: stateDirectory,
    listen: join(stateDirectory, 'rejuv.sock'),
    poll: `${pollMs}ms`,
    backends: Object.fromEntries(
      [...names].map((name) => [
        name,
        {
          ...{ minServing: 1, allowUnchecked: true, sources: { node: source } },
          servers: Object.fromEntries(
            servers.filter(({ backend }) => backend === name).map(({ server }) => [server, {}]),
          ),
          probe: { http: 'http://{address}:{port}/health' },
        },
      ]),
    ),
  };
  const text = stringify(document, { aliasDuplicateObjects: false });
  return readConfig(text, { path: 'rejuv.yaml', cron: cronRules });
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const store = await openStore({ directory: stateDirectory });
const samples = await openSamples({ stateDirectory, clock });
const ground: Ground = {
  ...{ clock, env: {}, store, samples, cron, source: 'sidecar' },
  onEvent: () => undefined,
};
const worlds = createWorlds(plugIn(settingsOfShop(), ground));
const sampling = createSampling(
  worlds,
  createJournal(() => worlds.now()),
);
const stop = new AbortController();
const pause = async (ms: number): Promise<void> => await real.sleep(ms, stop.signal);

/** Judges all rules as often as the sidecar does: every 15 s, and when a verdict may change by time alone. */
async function keepJudging(): Promise<number> {
  const shop = shopOf('backends', [...thresholds, ...trend], samples);
  const forecast = createForecasts();
  for (let time = 0; time < warmingUp; time += 1) evaluate(shop, forecast, clock.now() + time);
  let evaluations = 0;
  while (!stop.signal.aborted) {
    const nextChangeAt = evaluate(shop, forecast, clock.now());
    evaluations += 1;
    await pause(Math.max(1_000, Math.min(spanMs, nextChangeAt - clock.now()))).catch(() => undefined);
  }
  return evaluations;
}

const portOf = JSON.parse(ports) as number[];
for (const settings of worlds
  .now()
  .settings.backends.slice(0, 1)
  .flatMap(({ sources }) => sources)) {
  const source = worlds.now().sourceOf(settings);
  for (let time = 0; time < warmingUp; time += 1) {
    for (const [at, id] of servers.entries()) {
      await source.read({ id, address: '127.0.0.1', port: portOf[at] ?? 0, ssh: null }, stop.signal);
    }
  }
  await source.close();
}

const seen = snapshotOf(servers, portOf);
const hear = (): void => {
  const at = clock.now();
  sampling.hear({ ...seen, at, views: seen.views.map((view) => ({ ...view, at })) });
};
hear();
const poll = setInterval(hear, pollMs);
const running = sampling.run(stop.signal);
const judging = keepJudging();
await pause(settlingMs);

const shares: number[] = [];
const rssMiB: number[] = [];
for (let span = 0; span < spans; span += 1) {
  const before = cpuMs();
  const began = performance.now();
  await pause(spanMs);
  shares.push((100 * (cpuMs() - before)) / (performance.now() - began));
  rssMiB.push(process.memoryUsage.rss() / 2 ** 20);
}
const since = clock.now() - spans * spanMs;
const fewest = Math.min(
  ...servers.map((server) => {
    const read = samples.recent(server, 'load');
    let count = 0;
    while (read.at(read.length - 1 - count) > since) count += 1;
    return count;
  }),
);
if (fewest < spans - 1) throw new Error(`a server was read ${fewest} times in ${spans} intervals`);
clearInterval(poll);
stop.abort();
await running;
const evaluations = await judging;

function parsing(): number {
  const page = nodeExporterPage();
  const before = cpuMs();
  for (let at = 0; at < servers.length; at += 1) readExposition(page, isKnownMetric);
  return (cpuMs() - before) / servers.length;
}

parsing();
const parsingMs = Array.from({ length: 5 }, parsing);
await samples.close();
await store.close();
process.stdout.write(`${JSON.stringify({ shares, rssMiB, parsingMs, evaluations })}\n`);
