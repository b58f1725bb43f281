import { afterEach, describe, expect, it } from 'vitest';
import { createClock } from '../../../src/io/clock.ts';
import { createExporterSource } from '../../../src/io/metrics/exporter.ts';
import type { Look } from '../../../src/io/metrics/look.ts';
import { exporterAt, LocalServers, noSignal, pageMetric, target } from './targets.ts';

const servers = new LocalServers();
afterEach(() => servers.stop());

async function look(url: string, metric: ReturnType<typeof pageMetric>): Promise<Look> {
  const source = createExporterSource(exporterAt(url, { metrics: [metric] }), createClock());
  try {
    return await source.look(target(), noSignal);
  } finally {
    await source.close();
  }
}

describe('a histogram on a page', () => {
  const histogram = `# TYPE request_seconds histogram
request_seconds_bucket{path="/",le="0.1"} 5
request_seconds_bucket{path="/",le="1"} 9
request_seconds_bucket{path="/",le="+Inf"} 10
request_seconds_sum{path="/"} 7
request_seconds_count{path="/"} 10
request_seconds_bucket{path="/cart",le="+Inf"} 3
request_seconds_bucket{path="/cart",le="0.10"} 1
request_seconds_bucket{path="/cart",le="1.0"} 2
`;
  const p95 = (change: Parameters<typeof pageMetric>[2] = {}, metric = 'request_seconds') =>
    pageMetric('latency.p95', metric, { quantile: 0.95, unit: 'duration', scale: 1000, ...change });
  const gap = async (page: string, metric = p95()): Promise<string> => {
    const { gaps } = await look(await servers.page(page), metric);
    return gaps[0]?.problem ?? 'none';
  };

  it('gives its buckets in the unit of the figure, those of several series added up', async () => {
    const url = await servers.page(histogram);
    const buckets = (counts: number[]) =>
      [100, 1000, Infinity].map((bound, index) => ({ bound, count: counts[index] }));
    const reading = { kind: 'histogram', figure: 'latency.p95', quantile: 0.95 };
    expect((await look(url, p95())).readings).toEqual([{ ...reading, buckets: buckets([6, 11, 13]) }]);
    expect((await look(url, p95({ labels: { path: '/cart' } }))).readings).toEqual([
      { ...reading, buckets: buckets([1, 2, 3]) },
    ]);
  });

  it.each([
    [
      'without the bucket of all',
      histogram.replace(/^.*path="\/",le="\+Inf".*\n/m, '').replace(/^.*cart.*\n/gm, ''),
      'request_seconds has no bucket le="+Inf", so nobody knows how many there are',
    ],
    [
      'with the bucket of all alone',
      'request_seconds_bucket{le="+Inf"} 3\n',
      'request_seconds has no bucket but le="+Inf"',
    ],
    [
      'of which one series has other buckets',
      histogram.replace(/^.*path="\/cart",le="1\.0".*\n/m, ''),
      'the histograms of request_seconds have different buckets: choose some by `labels`',
    ],
    [
      'with a bound that is none',
      histogram.replace('le="1"', 'le="much"'),
      'a bucket of request_seconds has le="much", and no bound',
    ],
    [
      'with a bucket without a bound',
      histogram.replace(',le="1"', ''),
      'a bucket of request_seconds has le="", and no bound',
    ],
    [
      'with a bucket that is no number',
      histogram.replace('le="1"} 9', 'le="1"} NaN'),
      'the bucket le="1" of request_seconds is NaN',
    ],
    [
      'with a bound that the unit does not know',
      histogram.replace('le="0.1"', 'le="-1"'),
      'the bucket le="-1" of request_seconds is -1000, and cannot be below 0',
    ],
  ])('%s gives no figure, and says why', async (_, page, expected) => {
    expect(await gap(page)).toBe(expected);
  });

  it('is told from what is none, by what the page says of it', async () => {
    const page = `# TYPE carts gauge\ncarts 3\n# TYPE rpc_seconds summary\nrpc_seconds{quantile="0.95"} 3\nplain 1\n`;
    expect(await gap(page, p95({}, 'carts'))).toBe(
      'carts is a gauge, as its page says, and no histogram: leave `quantile` out',
    );
    expect(await gap(page, p95({}, 'rpc_seconds'))).toContain('rpc_seconds is a summary, as its page says');
    expect(await gap(page, p95({}, 'plain'))).toBe('plain is no histogram: the page has no plain_bucket');
    expect(await gap(page, p95({}, 'nope'))).toBe('the page answers, but has no nope_bucket');
    expect(await gap(histogram, pageMetric('x', 'request_seconds'))).toBe(
      'the page answers, but has no request_seconds: it is a histogram, so write a `quantile`',
    );
  });
});
