import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reading } from '../../../src/domain/sample.ts';
import type { QueriedMetric } from '../../../src/domain/sources.ts';
import { createClock } from '../../../src/io/clock.ts';
import { createExporterSource } from '../../../src/io/metrics/exporter.ts';
import { readExposition } from '../../../src/io/metrics/exposition.ts';
import { knownFigures, knownStarts } from '../../../src/io/metrics/known-figures.ts';
import type { Look } from '../../../src/io/metrics/look.ts';
import { parseProc, procCommand } from '../../../src/io/metrics/proc.ts';
import { createPrometheusSource } from '../../../src/io/metrics/prometheus.ts';
import { figuresOf, noTotals } from '../../../src/policy/sampling/figures-of.ts';
import { quantileOf } from '../../../src/policy/sampling/quantile.ts';
import { until } from '../../lab/until.ts';
import { exporterAt, LocalServers, noSignal, pageMetric, prometheusAt, target } from './targets.ts';

const exec = promisify(execFile);
const clock = createClock();

/** Why a program cannot be asked here; null: it can. */
async function missing(program: string): Promise<string | null> {
  return await exec('sh', ['-c', `command -v ${program}`]).then(
    () => null,
    () => `${program} is not installed (Debian's package of that name)`,
  );
}

const noExporter = await missing('prometheus-node-exporter');
const noPrometheus = noExporter ?? (await missing('prometheus'));
if (process.env['CI'] !== undefined && noPrometheus !== null) throw new Error(noPrometheus);

const running: ChildProcess[] = [];
const servers = new LocalServers();
let directory = '';
let exporter = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rejuv-metrics-'));
  if (noExporter !== null) return;
  exporter = await freePort();
  start('prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${exporter}`, '--collector.processes']);
  const answers = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${exporter}/metrics`)).ok;
  await until('the exporter answers', answers, { withinMs: 20_000 });
}, 30_000);

afterAll(async () => {
  servers.stop();
  for (const child of running) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
  await rm(directory, { recursive: true, force: true });
});

function start(program: string, args: readonly string[]): void {
  running.push(spawn(program, args, { stdio: 'ignore' }));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function values(readings: readonly Reading[]): Record<string, number> {
  return Object.fromEntries(readings.flatMap((one) => ('value' in one ? [[one.figure, one.value]] : [])));
}

describe.skipIf(noExporter !== null)(
  `a real node exporter${noExporter === null ? '' : `: ${noExporter}`}`,
  () => {
    it('has every metric that the table of known figures reads of it', async () => {
      const page = Buffer.from(await (await fetch(`http://127.0.0.1:${exporter}/metrics`)).arrayBuffer());
      const there = new Set(readExposition(page, () => true).series.map(({ name }) => name));
      const read = [
        ...knownFigures.flatMap((row) => (row.page === 'node' ? row.metrics : [])),
        ...knownStarts.flatMap((row) => (row.page === 'node' ? [row.metric] : [])),
      ];
      expect(read.filter((name) => !there.has(name))).toEqual([]);
      expect(there.size).toBeGreaterThan(100);
    });

    it('and /proc say the same of this machine', async () => {
      const source = createExporterSource(exporterAt(`http://127.0.0.1:${exporter}/metrics`), clock);
      const { readings, gaps, remarks } = await source.look(target(), noSignal);
      await source.close();
      const proc = parseProc((await exec('sh', ['-c', procCommand])).stdout);
      expect([gaps, remarks]).toEqual([[], []]);
      const seen = values(readings);
      expect(Object.keys(seen).toSorted()).toEqual(
        ['buffers.used', 'files.open', 'load', 'memory.used', 'swap.used', 'threads'].toSorted(),
      );
      expect(Math.abs((seen['memory.used'] ?? 0) - (proc.memoryUsed ?? 1))).toBeLessThan(0.1);
      expect(seen['swap.used']).toBeCloseTo(proc.swapUsed ?? -1, 1);
      expect(Math.abs((seen['load'] ?? 0) - (proc.load ?? 99))).toBeLessThan(5);
      expect(seen['buffers.used'] ?? 0).toBeGreaterThan((proc.buffersUsed ?? 0) / 2);
      expect(seen['files.open'] ?? 0).toBeGreaterThan((proc.filesOpen ?? 0) / 3);
      const [started] = readings.flatMap((one) => (one.kind === 'started' ? [one] : []));
      expect(started?.what).toBe('host');
      const uptimeMs = Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]) * 1000;
      expect(Math.abs((started?.at ?? 0) - (Date.now() - uptimeMs))).toBeLessThan(30_000);
    });
  },
);

describe.skipIf(noPrometheus !== null)(
  `a real Prometheus${noPrometheus === null ? '' : `: ${noPrometheus}`}`,
  () => {
    let url = '';

    beforeAll(async () => {
      const port = await freePort();
      url = `http://127.0.0.1:${port}`;
      const old = await servers.serve((_, response) => response.end(`old_gauge 1 ${Date.now() - 30_000}\n`));
      await writeFile(
        join(directory, 'prometheus.yml'),
        `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: node
    static_configs: [{ targets: ['127.0.0.1:${exporter}'] }]
  - job_name: old
    static_configs: [{ targets: ['${new URL(old).host}'] }]
`,
      );
      start('prometheus', [
        `--config.file=${join(directory, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ]);
      const sum = `${url}/api/v1/query?query=sum(up)%20%2B%20sum(old_gauge)`;
      const scraped = async (): Promise<boolean> => (await (await fetch(sum)).text()).includes('"3"');
      await until('both targets were scraped', scraped, { withinMs: 40_000, everyMs: 200 });
    }, 60_000);

    async function ask(query: string): Promise<Look> {
      const metrics: QueriedMetric[] = [{ figure: 'x', unit: 'count', query, scale: 1 }];
      const source = createPrometheusSource(prometheusAt(url, { metrics }), clock);
      try {
        return await source.look(target({ port: exporter }), noSignal);
      } finally {
        await source.close();
      }
    }

    async function problem(query: string): Promise<string> {
      const { gaps } = await ask(query);
      return gaps[0]?.problem ?? 'a value';
    }

    it('gives one value for one server', async () => {
      const { readings, gaps, remarks } = await ask('node_load1{instance="{address}:{port}"}');
      expect([gaps, remarks]).toEqual([[], []]);
      expect(readings).toEqual([{ kind: 'gauge', figure: 'x', value: expect.any(Number) as number }]);
    });

    it('gives none where there is no data, or more than one series', async () => {
      expect(await problem('no_such_metric')).toBe('the query of x gives no data');
      expect(await problem('up')).toMatch(
        /^the query of x gives 2 series where one is needed: \{__name__="up"/,
      );
    });

    it('is quoted where it refuses a query', async () => {
      expect(await problem('up{')).toMatch(/^the query of x is refused: bad_data, .*parse error/);
      expect(await problem('up[5m]')).toMatch(/^the query of x gives a range/);
      expect(await problem('0/0 * up{job="node"}')).toBe('the query of x is NaN');
    });

    it('gives no value that the query itself calls too old', async () => {
      expect(await problem('old_gauge')).toBe('a value');
      expect(await problem('old_gauge and time() - timestamp(old_gauge) < 10')).toBe(
        'the query of x gives no data',
      );
    });

    it('makes the same quantile of a histogram', async () => {
      const ascending = (values: number[]): number[] => [...values].sort((a, b) => a - b);
      const bounds = fc.uniqueArray(fc.integer({ min: -20, max: 200 }), { minLength: 1, maxLength: 6 });
      const counts = fc.array(fc.nat(50), { minLength: 7, maxLength: 7 });
      const quantiles = fc.constantFrom(0.01, 0.25, 0.5, 0.9, 0.95, 0.999);
      for (const [written, seen, quantile] of fc.sample(fc.tuple(bounds, counts, quantiles), 40)) {
        const buckets = [...ascending(written).map((bound) => bound / 10), Infinity].map((bound, index) => ({
          bound,
          count: seen.slice(0, index + 1).reduce((a, b) => a + b),
        }));
        const series = buckets.map(({ bound, count }) => {
          const le = bound === Infinity ? '+Inf' : String(bound);
          return `label_replace(vector(${count}), "le", "${le}", "", "")`;
        });
        const query = `histogram_quantile(${quantile}, ${series.join(' or ')})`;
        const { readings } = await ask(query);
        const theirs = readings.flatMap((one) => ('value' in one ? [one.value] : []))[0] ?? null;
        const ours = quantileOf(quantile, buckets);
        if (theirs === null || ours === null) expect([query, ours]).toEqual([query, theirs]);
        else expect(ours, query).toBeCloseTo(theirs, 9);
      }
    });

    it('has a histogram of its own on its page, of which a quantile comes out', async () => {
      const metric = pageMetric('latency.p95', 'prometheus_http_request_duration_seconds', {
        ...{ quantile: 0.95, unit: 'duration', scale: 1000, labels: { handler: '/api/v1/query' } },
      });
      const source = createExporterSource(exporterAt(`${url}/metrics`, { metrics: [metric] }), clock);
      await ask('up');
      const first = figuresOf(await source.read(target(), noSignal), noTotals, 0, 60_000);
      for (let times = 0; times < 20; times += 1) await ask('up');
      const second = figuresOf(await source.read(target(), noSignal), first.totals, 15_000, 60_000);
      await source.close();
      expect(first.values.has('latency.p95')).toBe(false);
      // Its narrowest bucket is of 100 ms.
      expect(second.values.get('latency.p95')).toBeGreaterThan(0);
      expect(second.values.get('latency.p95')).toBeLessThan(1_000);
    });

    it('has a page of metrics that is read as that of an application', async () => {
      const source = createExporterSource(
        exporterAt(`${url}/metrics`, { metrics: [pageMetric('chunks', 'prometheus_tsdb_head_chunks')] }),
        clock,
      );
      const seen = values(await source.read(target(), noSignal));
      await source.close();
      expect(Object.keys(seen).toSorted()).toEqual(['chunks', 'process.files', 'process.memory', 'threads']);
    });
  },
);
