import { describe, expect, it } from 'vitest';
import type { SourceSettings } from '../../src/domain/sources.ts';
import { givenByItself } from '../../src/domain/sources.ts';
import { findProblems, readConfig } from '../../src/config/read-config.ts';
import { cronRules } from '../../src/io/cron.ts';
import { knownFigures } from '../../src/io/metrics/known-figures.ts';
import { goodFile, mark, spoil } from './good-file.ts';

const shop = '    minServing: 2\n';

function read(written: string): readonly SourceSettings[] {
  const text = goodFile.replace(shop, () => `${shop}${written}`);
  return readConfig(text, { path: 'rejuv.yaml', cron: cronRules }).backends[0]?.sources ?? [];
}

/** The one problem, which has to be at the mark. */
function problem(written: string): string {
  const { text, line, column } = spoil(shop, `${shop}    sources:\n${written}`);
  const result = findProblems(text, cronRules);
  if (!('problems' in result)) return 'none';
  if (written.includes(mark)) {
    expect(result.problems.map((one) => [one.line, one.column])).toEqual([[line, column]]);
  }
  return result.problems.map(({ message, fix }) => `${message}; ${fix}`).join('\n');
}

describe('sources', () => {
  it('are none where none are written', () => {
    expect(read('')).toEqual([]);
  });

  it('are read, with their defaults', () => {
    const written = `    sources:
      node: { exporter: "http://{address}:9100/metrics", every: 15s, timeout: 5s, stale: 1m, only: [load] }
      app: { exporter: "http://{address}:{port}/metrics", metrics: { carts: { metric: shop_carts, labels: { state: open }, unit: count }, orders: { metric: orders_total, unit: per-second }, wait.p95: { unit: duration, metric: request_seconds_total, quantile: 0.95, scale: 1000 } } }
      prom: { prometheus: "http://10.0.0.5:9090", auth: { user: rejuv, passwordFile: /etc/rejuv/prom }, metrics: { latency.p95: { query: 'x{i="{address}"}', scale: 1000 } } }
      host: { ssh: proc, every: 1m, only: [threads], metrics: { heap: { run: shopctl heap, unit: bytes } } }
`;
    const times = { everyMs: 15_000, deadlineMs: 5_000, staleMs: 60_000 };
    expect(read(written)).toEqual([
      {
        kind: 'exporter',
        name: 'node',
        ...times,
        url: 'http://{address}:9100/metrics',
        only: ['load'],
        auth: null,
        metrics: [],
      },
      {
        ...{
          kind: 'exporter',
          name: 'app',
          ...times,
          url: 'http://{address}:{port}/metrics',
          only: null,
          auth: null,
        },
        metrics: [
          {
            figure: 'carts',
            unit: 'count',
            metric: 'shop_carts',
            labels: { state: 'open' },
            quantile: null,
            counter: false,
            scale: 1,
          },
          {
            figure: 'orders',
            unit: 'per-second',
            metric: 'orders_total',
            labels: {},
            quantile: null,
            counter: true,
            scale: 1,
          },
          {
            figure: 'wait.p95',
            unit: 'duration',
            metric: 'request_seconds_total',
            labels: {},
            quantile: 0.95,
            counter: false,
            scale: 1000,
          },
        ],
      },
      {
        ...{ kind: 'prometheus', name: 'prom', ...times, url: 'http://10.0.0.5:9090' },
        auth: { kind: 'basic', user: 'rejuv', passwordFile: '/etc/rejuv/prom' },
        metrics: [{ figure: 'latency.p95', unit: 'duration', query: 'x{i="{address}"}', scale: 1000 }],
      },
      {
        ...{
          kind: 'ssh',
          name: 'host',
          everyMs: 60_000,
          deadlineMs: 5_000,
          staleMs: 240_000,
          proc: true,
          only: ['threads'],
        },
        commands: [{ figure: 'heap', unit: 'bytes', command: 'shopctl heap', counter: false, scale: 1 }],
      },
    ]);
  });

  it('know what a page may give, as its reader does', () => {
    expect([...givenByItself.exporter].toSorted()).toEqual(
      [...new Set(knownFigures.map(({ figure }) => figure))].toSorted(),
    );
  });
});

const node = 'exporter: "http://{address}:9100/metrics"';
const prom = 'prometheus: "http://10.0.0.5:9090"';

describe('a mistake in a source is one sentence, where it stands', () => {
  it.each([
    [
      '      ‸node: { every: 15s }\n',
      'source node says nowhere what is asked; write one of `exporter`, `prometheus`, `ssh`',
    ],
    [
      `      ‸node: { ${node}, ssh: proc }\n`,
      'source node has exporter and ssh, and can have one; write one of `exporter`, `prometheus`, `ssh`',
    ],
    [
      '      node: { exporter: ‸"{address}:9100/metrics" }\n',
      'backends.shop.sources.node.exporter is "{address}:9100/metrics", which is not a URL; write a URL such as "http://{address}:9100/metrics"',
    ],
    [
      '      node: { exporter: ‸"ftp://{address}/metrics" }\n',
      'backends.shop.sources.node.exporter is "ftp://{address}/metrics", which is neither http nor https; write a URL such as "http://{address}:9100/metrics"',
    ],
    [
      '      node: { exporter: ‸"http://{adress}:9100/metrics" }\n',
      'backends.shop.sources.node.exporter is "http://{adress}:9100/metrics", where {adress} is not a placeholder; write {address}',
    ],
    [
      '      node: { exporter: ‸"http://me:pw@{address}/metrics" }\n',
      'backends.shop.sources.node.exporter is "http://me:pw@{address}/metrics", which holds a user or a password; write a URL such as "http://{address}:9100/metrics", and `auth` for the rest',
    ],
    [
      `      node: { ${node}, timeout: ‸20s }\n`,
      'source node may take longer for an answer than from one question to the next; lower `timeout`, or raise `every`',
    ],
    [
      `      node: { ${node}, stale: ‸15s }\n`,
      'figures of source node would be stale before the next answer has to be there; write at least `every` and `timeout` together; left out, it is 4 times `every`',
    ],
    [`      node: { ${node}, only: [‸lod] }\n`, 'lod is not a built-in figure; write load'],
    [
      `      node: { ${node}, only: [‸sessions] }\n`,
      'sessions does not come from here by itself; write some of load, memory.used, swap.used, buffers.used, files.open, threads, process.memory, process.files',
    ],
    [
      `      ‸prom: { ${prom} }\n`,
      'source prom has no `metrics`, so it gives nothing; add `metrics: { latency.p95: { query: "…" } }`',
    ],
    [
      `      node: { ${node}, metrics: { carts: { metric: shop_carts, unit: ‸furlongs } } }\n`,
      'backends.shop.sources.node.metrics.carts.unit is "furlongs"; write share or bytes or duration or count or per-second',
    ],
    [
      `      node: { ${node}, metrics: { ‸carts: { metric: shop_carts } } }\n`,
      'figure carts has no `unit`, and is not built in; add `unit`: share, bytes, duration, count or per-second',
    ],
    [
      `      node: { ${node}, metrics: { memory.used: { metric: shop_mem, unit: ‸bytes } } }\n`,
      'memory.used is built in, and its unit is share; leave `unit` out and write a `scale` that makes it so, or choose another name',
    ],
    [
      `      node: { ${node}, metrics: { ‸sessions: { metric: shop_sessions } } }\n`,
      'sessions comes from the load balancers, and from no source; leave it out, or choose a name of your own such as app.sessions',
    ],
    [
      `      node: { ${node}, metrics: { ‸per: { metric: a, unit: count } } }\n`,
      'per is a word of conditions, and no name for a figure; write small letters, digits, - _ and points, such as carts or app.heap',
    ],
    [
      `      node: { ${node}, metrics: { ‸Heap: { metric: a, unit: count } } }\n`,
      '"Heap" is not a name for a figure; write small letters, digits, - _ and points, such as carts or app.heap',
    ],
    [
      `      ‸haproxy: { ${node} }\n`,
      'source haproxy would be taken for HAProxy itself, whose figures are there without a source; choose another name',
    ],
    [
      `      node: { ${node}, metrics: { a: { metric: ‸"shop{x=1}", unit: count } } }\n`,
      '"shop{x=1}" is not the name of a metric; write the labels under `labels`',
    ],
    [
      `      node: { ${node}, metrics: { a: { metric: shop, quantile: ‸95, unit: duration } } }\n`,
      'backends.shop.sources.node.metrics.a.quantile is 95, which is no share between 0 and 1; write a number such as 0.95',
    ],
    [
      `      node: { ${node}, metrics: { a: { metric: shop, scale: ‸0, unit: duration } } }\n`,
      'backends.shop.sources.node.metrics.a.scale is 0, which makes every value the same; write a number such as 1000',
    ],
    [
      `      node: { ${node}, metrics: { a: { metric: ‸shop_bucket, quantile: 0.5, unit: duration } } }\n`,
      'a `quantile` is taken of a histogram by its name without `_bucket`; write shop',
    ],
    [
      `      node: { ${node}, metrics: { a: { metric: shop, quantile: 0.5, ‸counter: true, unit: duration } } }\n`,
      '`counter` has no meaning beside `quantile`: buckets are counters; leave it out',
    ],
    [
      `      node: { ${node}, metrics: { a: { metric: shop, quantile: 0.5, labels: { ‸le: "0.1" }, unit: duration } } }\n`,
      '`quantile` reads all buckets, whose bounds `le` tells; leave it out',
    ],
    [
      `      node: { ${node}, metrics: { a: { metric: shop, quantile: 0.5, scale: ‸-1, unit: duration } } }\n`,
      'a `quantile` has to be scaled by more than 0; write a number such as 1000',
    ],
    [
      `      p: { ${prom}, metrics: { a: { query: x, ‸quantile: 0.5, unit: duration } } }\n`,
      '`quantile` has no meaning for a source with `prometheus`; leave it out, and write histogram_quantile() in the query',
    ],
    [
      `      node: { ${node}, metrics: { a: { metric: shop, labels: { x: ‸"a)|(b" }, unit: count } } }\n`,
      '"a)|(b" is not a regular expression; write the value of the label, with a backslash before each of ( ) [ ] { } * + ? | . \\',
    ],
    [
      `      node: { ${node}, metrics: { a: { metric: shop, labels: { x: ‸"(a+)+b" }, unit: count } } }\n`,
      '"(a+)+b" could take for ever on some values; repeat no group that holds a choice or a repetition, and refer back to none',
    ],
    [
      `      node: { ${node}, metrics: { a: { metric: shop, labels: { x: ‸"(" }, unit: count } } }\n`,
      '"(" is not a regular expression; write the value of the label, with a backslash before each of ( ) [ ] { } * + ? | . \\',
    ],
    [
      `      node: { ${node}, metrics: { ‸a: { metric: shop_total, unit: bytes } } }\n`,
      'figure a is made of a counter, since its name ends in `_total`, so it is a rate per second and not bytes; write `unit: per-second`, or `counter: false` if the total itself is meant',
    ],
    [
      `      prom: { ${prom}, metrics: { ‸latency.p95: {} } }\n`,
      'figure latency.p95 has no `query`, which a source with `prometheus` needs; add `query`',
    ],
    [
      `      prom: { ${prom}, metrics: { latency.p95: { query: ‸" " } } }\n`,
      'the query is empty; write PromQL that gives one value',
    ],
    [
      `      prom: { ${prom}, metrics: { latency.p95: { query: ‸'x{a={address}}' } } }\n`,
      '{address} stands outside of quotes; write it within, such as {instance="{address}:9100"}',
    ],
    [
      `      prom: { ${prom}, metrics: { latency.p95: { query: ‸'x{a="{adress}"}' } } }\n`,
      '{adress} is not a placeholder; write {address}',
    ],
    [
      `      prom: { ${prom}, metrics: { a: { query: x, unit: count, ‸counter: true } } }\n`,
      '`counter` has no meaning for a source with `prometheus`; leave it out, and write rate() in the query',
    ],
    [
      `      prom: { ${prom}, ‸auth: { user: a }, metrics: { a: { query: x, unit: count } } }\n`,
      '`auth` is neither a user with a password nor a token; write `user` and `passwordFile`, or `tokenFile` alone',
    ],
    [
      `      host: { ssh: proc }\n      prom: { ${prom}, metrics: { ‸load: { query: x } } }\n`,
      'load comes from source host and from source prom; take it from one of them: leave it out here, or list under `only` what else is taken',
    ],
    [
      `      node: { ${node}, only: [load, threads] }\n      app: { exporter: "http://{address}:{port}/metrics", ‸only: [threads] }\n`,
      'threads comes from source node and from source app; take it from one of them: leave it out here, or list under `only` what else is taken',
    ],
    [
      `      node: { ${node}, metrics: { carts: { metric: a, unit: count } } }\n      prom: { ${prom}, metrics: { ‸carts: { query: x, unit: count } } }\n`,
      'carts comes from source node and from source prom; take it from one of them: leave it out here, or list under `only` what else is taken',
    ],
  ])('%s', (written, sentence) => {
    expect(problem(written)).toBe(sentence);
  });

  it.each(['and', 'or', 'not', 'per', 'reaches', 'falls', 'to', 'within', 'freshest', 'peers'])(
    'is said of a figure called %s, which means something else in a condition',
    (word) => {
      const written = `      node: { ${node}, metrics: { ‸${word}: { metric: a, unit: count } } }\n`;
      expect(problem(written)).toContain(`${word} is a word of conditions`);
    },
  );

  it('is said of a server that nobody can log in to', () => {
    const text = goodFile.replace(
      '      api1: {}\n',
      '      api1: {}\n    sources: { host: { ssh: proc } }\n',
    );
    const result = findProblems(text, cronRules);
    expect('problems' in result ? result.problems.map(({ message }) => message) : []).toEqual([
      'server api/api1 has no `ssh`, and source host logs in to every server',
    ]);
  });
});
