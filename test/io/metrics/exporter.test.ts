import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RejuvError } from '../../../src/domain/errors.ts';
import type { Reading } from '../../../src/domain/sample.ts';
import type { MetricTarget } from '../../../src/domain/seams.ts';
import type { ExporterSource } from '../../../src/domain/sources.ts';
import { createClock } from '../../../src/io/clock.ts';
import { createExporterSource } from '../../../src/io/metrics/exporter.ts';
import type { Look } from '../../../src/io/metrics/look.ts';
import { exporterAt, LocalServers, noSignal, pageMetric, target } from './targets.ts';

const servers = new LocalServers();
afterEach(() => servers.stop());

async function look(settings: ExporterSource, about: MetricTarget = target()): Promise<Look> {
  const source = createExporterSource(settings, createClock());
  try {
    return await source.look(about, noSignal);
  } finally {
    await source.close();
  }
}

async function read(settings: ExporterSource): Promise<readonly Reading[]> {
  const source = createExporterSource(settings, createClock());
  try {
    return await source.read(target(), noSignal);
  } finally {
    await source.close();
  }
}

async function refusal(settings: ExporterSource, about: MetricTarget = target()): Promise<string> {
  try {
    await look(settings, about);
    return 'read';
  } catch (error) {
    if (!(error instanceof RejuvError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

function values(readings: readonly Reading[]): Record<string, number> {
  return Object.fromEntries(readings.flatMap((one) => ('value' in one ? [[one.figure, one.value]] : [])));
}

const nodePage = `node_boot_time_seconds 1.795e+09
node_time_seconds 1.7951e+09
node_load1 0.5
node_memory_MemTotal_bytes 1000
node_memory_MemAvailable_bytes 250
node_memory_SwapTotal_bytes 400
node_memory_SwapFree_bytes 300
node_memory_Buffers_bytes 10
node_sockstat_TCP_mem_bytes 20
node_sockstat_UDP_mem_bytes 30
node_filefd_allocated 2000
node_exporter_build_info{version="1.5.0"} 1
process_resident_memory_bytes 7
`;

describe('the page of a node exporter', () => {
  it('gives the figures of the host, and none of the exporter itself', async () => {
    const { readings, gaps } = await look(exporterAt(await servers.page(nodePage)));
    expect(values(readings)).toEqual({
      load: 0.5,
      'memory.used': 0.75,
      'swap.used': 0.25,
      'buffers.used': 60,
      'files.open': 2000,
    });
    expect(gaps).toEqual([
      {
        figure: 'threads',
        asked: false,
        problem: 'a node exporter answers, but has no node_processes_threads',
      },
    ]);
  });

  it('says when the host started, by how long ago it is there, whatever time it is there', async () => {
    const before = Date.now();
    const { readings } = await look(exporterAt(await servers.page(nodePage)));
    const started = readings.find(({ kind }) => kind === 'started');
    expect(started).toMatchObject({ what: 'host' });
    const at = started?.kind === 'started' ? started.at : 0;
    expect(at + 100_000_000).toBeGreaterThanOrEqual(before);
    expect(at + 100_000_000).toBeLessThan(before + 10_000);
  });

  it('says the same start again and again, although clocks drift, and a new one after a boot', async () => {
    let boot = 1_795_000_000;
    const url = await servers.serve((_, response) =>
      response.end(`node_boot_time_seconds ${boot}\nnode_time_seconds 1795100000\nnode_load1 1\n`),
    );
    const source = createExporterSource(exporterAt(url), createClock());
    const start = async (): Promise<number> => {
      const readings = await source.read(target(), noSignal);
      const [found] = readings.flatMap((one) => (one.kind === 'started' ? [one.at] : []));
      return found ?? 0;
    };
    const first = await start();
    boot += 1;
    expect(await start()).toBe(first);
    boot += 25;
    expect(await start()).toBe(first);
    boot += 90_000;
    expect(await start()).toBeGreaterThan(first + 80_000_000);
    await source.close();
  });

  it('has no swap figure but 0 where there is no swap', async () => {
    const page = nodePage
      .replace('SwapTotal_bytes 400', 'SwapTotal_bytes 0')
      .replace('SwapFree_bytes 300', 'SwapFree_bytes 0');
    const { readings } = await look(exporterAt(await servers.page(page)));
    expect(values(readings)['swap.used']).toBe(0);
  });

  it('without a metric says which figure is not there, and why', async () => {
    const page = nodePage.replace(/^node_memory_MemAvailable_bytes.*\n/m, '');
    const { readings, gaps } = await look(
      exporterAt(await servers.page(page), { only: ['memory.used', 'load'] }),
    );
    expect(values(readings)).toEqual({ load: 0.5 });
    expect(gaps).toEqual([
      {
        figure: 'memory.used',
        asked: true,
        problem: 'a node exporter answers, but has no node_memory_MemAvailable_bytes',
      },
    ]);
  });
});

describe('the page of an application', () => {
  const page = `# TYPE shop_carts gauge
shop_carts{state="open",node="a"} 3
shop_carts{state="open",node="b"} 4
shop_carts{state="closed"} 100
# TYPE shop_orders_total counter
shop_orders_total 12
shop_latency_seconds 0.25
shop_bad NaN
shop_worse +Inf
shop_percent 85
process_resident_memory_bytes 5e+07
process_open_fds 33
process_start_time_seconds 1.795e+09
go_threads 9
`;

  it('gives the figures of the application', async () => {
    const { readings, gaps } = await look(exporterAt(await servers.page(page)));
    expect(values(readings)).toEqual({ 'process.memory': 5e7, 'process.files': 33, threads: 9 });
    expect(readings.find(({ kind }) => kind === 'started')).toMatchObject({ what: 'application' });
    expect(gaps).toEqual([]);
  });

  it('gives figures of one’s own, by metric and labels, added up and in their unit', async () => {
    const settings = exporterAt(await servers.page(page), {
      metrics: [
        pageMetric('carts', 'shop_carts', { labels: { state: 'open' } }),
        pageMetric('orders', 'shop_orders_total', { counter: true, unit: 'per-second' }),
        pageMetric('latency.p95', 'shop_latency_seconds', { scale: 1000, unit: 'duration' }),
      ],
    });
    const readings = await read(settings);
    expect(values(readings)).toMatchObject({ carts: 7, orders: 12, 'latency.p95': 250 });
    expect(readings.filter(({ kind }) => kind === 'counter')).toEqual([
      { kind: 'counter', figure: 'orders', value: 12 },
    ]);
  });

  it('says what is wrong with each figure that it does not give', async () => {
    const settings = exporterAt(await servers.page(page), {
      metrics: [
        pageMetric('a', 'shop_kart'),
        pageMetric('b', 'shop_carts', { labels: { state: 'ope' } }),
        pageMetric('c', 'shop_bad'),
        pageMetric('d', 'shop_worse'),
        pageMetric('e', 'shop_percent', { unit: 'share' }),
      ],
    });
    const { gaps } = await look(settings);
    expect(gaps.map(({ problem }) => problem)).toEqual([
      'the page answers, but has no shop_kart',
      'no series of shop_carts has these labels; there is {state="open", node="a"}, {state="open", node="b"}, {state="closed"}',
      'shop_bad is NaN',
      'shop_worse is +Inf',
      'shop_percent is 85, and a share is from 0 to 1 (of percentages, write `scale: 0.01`)',
    ]);
  });

  it('remarks what the page itself calls a counter or a gauge', async () => {
    const settings = exporterAt(await servers.page(page), {
      metrics: [
        pageMetric('orders', 'shop_orders_total'),
        pageMetric('carts', 'shop_carts', { counter: true, unit: 'per-second' }),
      ],
    });
    expect((await look(settings)).remarks).toEqual([
      'shop_orders_total is a counter, as its page says: write `counter: true`',
      'shop_carts is a gauge, as its page says: leave `counter` out',
    ]);
  });

  it('of another exporter says nothing about an application', async () => {
    const other = `${page}mysqld_exporter_build_info{version="0.15"} 1\n`;
    const { readings, gaps } = await look(exporterAt(await servers.page(other)));
    expect(readings).toEqual([]);
    expect(gaps[0]?.problem).toMatch(/nothing on it is known$/);
    await expect(read(exporterAt(await servers.page(other)))).rejects.toThrow(
      /^source node of shop\/web1 gives nothing usable: the page is neither/,
    );
  });

  it('of several process groups does not choose one', async () => {
    const groups = `namedprocess_namegroup_memory_bytes{groupname="shop",memtype="resident"} 5
namedprocess_namegroup_memory_bytes{groupname="shop",memtype="virtual"} 50
namedprocess_namegroup_memory_bytes{groupname="cron",memtype="resident"} 1
namedprocess_namegroup_num_threads{groupname="shop"} 4
`;
    const { readings, gaps } = await look(exporterAt(await servers.page(groups)));
    expect(values(readings)).toEqual({ threads: 4 });
    expect(gaps[0]?.problem).toMatch(
      /^there are 2 series of namedprocess_namegroup_memory_bytes .*: name one under `metrics`$/,
    );
  });

  it('with a value of long ago does not give it', async () => {
    const old = `shop_carts 3 ${Date.now() - 90_000}\nshop_orders 3 ${Date.now() - 30_000}\n`;
    const settings = exporterAt(await servers.page(old), {
      metrics: [pageMetric('carts', 'shop_carts'), pageMetric('orders', 'shop_orders')],
    });
    const { readings, gaps } = await look(settings);
    expect(values(readings)).toEqual({ orders: 3 });
    expect(gaps[0]?.problem).toMatch(/^shop_carts is (?:89|90) s old, as its timestamp says$/);
  });
});

describe('what is asked', () => {
  it('is the page of that very server, without a proxy', async () => {
    const asked: (string | undefined)[] = [];
    const url = await servers.serve((request, response) => {
      asked.push(request.url, request.headers.accept, request.headers['accept-encoding']);
      response.end('go_threads 1\n');
    });
    const port = Number(new URL(url).port);
    const before = { ...process.env };
    process.env['http_proxy'] = 'http://127.0.0.1:1';
    try {
      await look(exporterAt('http://{address}:{port}/metrics?of={backend}-{server}'), target({ port }));
    } finally {
      process.env = before;
    }
    expect(asked).toEqual(['/metrics?of=shop-web1', 'text/plain;version=0.0.4;q=1,*/*;q=0.1', 'identity']);
  });

  it('is not asked where the address of the server could mean more than itself', async () => {
    const settings = exporterAt('http://{address}:9100/metrics');
    for (const address of ['127.0.0.1/x?', 'a@b', '-', '/run/web.sock', '']) {
      expect(await refusal(settings, target({ address }))).toMatch(
        /^source-unusable: .*its address is ".*", which is not plain$/,
      );
    }
  });

  it('is asked with a password or a token out of a file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rejuv-auth-'));
    try {
      const file = join(directory, 'secret');
      await writeFile(file, 's3cret\n');
      const seen: (string | undefined)[] = [];
      const url = await servers.serve((request, response) => {
        seen.push(request.headers.authorization);
        response.end('go_threads 1\n');
      });
      await look(exporterAt(url, { auth: { kind: 'basic', user: 'rejuv', passwordFile: file } }));
      await look(exporterAt(url, { auth: { kind: 'bearer', tokenFile: file } }));
      expect(seen).toEqual([`Basic ${Buffer.from('rejuv:s3cret').toString('base64')}`, 'Bearer s3cret']);
      const missing = exporterAt(url, { auth: { kind: 'bearer', tokenFile: join(directory, 'none') } });
      expect(await refusal(missing)).toMatch(
        /^source-refused: .*cannot read .*none, which holds the secret$/,
      );
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
