import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { RejuvError } from '../../../src/domain/errors.ts';
import { createClock } from '../../../src/io/clock.ts';
import type { Look } from '../../../src/io/metrics/look.ts';
import { fillQuery } from '../../../src/io/metrics/placeholders.ts';
import { createPrometheusSource } from '../../../src/io/metrics/prometheus.ts';
import { readAnswer } from '../../../src/io/metrics/prometheus-answer.ts';
import { LocalServers, noSignal, prometheusAt, target } from './targets.ts';

const servers = new LocalServers();
afterEach(() => servers.stop());

const latency = { figure: 'latency.p95', unit: 'duration', query: 'x', scale: 1000 } as const;

async function lookAt(url: string): Promise<Look> {
  const source = createPrometheusSource(prometheusAt(url, { metrics: [latency] }), createClock());
  try {
    return await source.look(target(), noSignal);
  } finally {
    await source.close();
  }
}

async function gapOf(body: unknown, status = 200): Promise<string> {
  const url = await servers.serve((_, response) =>
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body)),
  );
  try {
    const { gaps } = await lookAt(url);
    return gaps[0]?.problem ?? 'a value';
  } catch (error) {
    if (error instanceof RejuvError) return error.message.replace(url, 'URL');
    throw error;
  }
}

const vector = (...values: unknown[]): unknown => ({
  status: 'success',
  data: {
    resultType: 'vector',
    result: values.map((value, at) => ({
      metric: { instance: `web${at}` },
      value: [Date.now() / 1000, value],
    })),
  },
});

describe('a Prometheus server', () => {
  it('is asked for one value per figure, with the limits of the source', async () => {
    let asked = '';
    const url = await servers.serve((request, response) => {
      request.on('data', (chunk: Buffer) => (asked += chunk.toString()));
      request.on('end', () => response.end(JSON.stringify(vector('0.25'))));
      asked += `${request.method} ${request.url} `;
    });
    const { readings, gaps, remarks } = await lookAt(`${url}/prom/`);
    expect(readings).toEqual([{ kind: 'gauge', figure: 'latency.p95', value: 250 }]);
    expect([gaps, remarks]).toEqual([[], []]);
    expect(asked).toBe('POST /prom/api/v1/query query=x&timeout=5s&lookback_delta=60s');
  });

  it('may answer with a scalar', async () => {
    const body = { status: 'success', data: { resultType: 'scalar', result: [Date.now() / 1000, '2'] } };
    expect(await gapOf(body)).toBe('a value');
  });

  it.each([
    [vector(), 'the query of latency.p95 gives no data'],
    [
      vector('1', '2', '3', '4'),
      'the query of latency.p95 gives 4 series where one is needed: {instance="web0"}, {instance="web1"}, {instance="web2"} and more',
    ],
    [vector('NaN'), 'the query of latency.p95 is NaN'],
    [vector('+Inf'), 'the query of latency.p95 is +Inf'],
    [vector('-1'), 'the query of latency.p95 is -1000, and cannot be below 0'],
    [vector('many'), 'the query of latency.p95 gives "many", and not a number'],
    [vector(3), 'the query of latency.p95 gives no value'],
    [
      { status: 'success', data: { resultType: 'matrix', result: [] } },
      'the query of latency.p95 gives a range, and not one value: leave out the [duration] around it',
    ],
    [
      { status: 'success', data: { resultType: 'string', result: [1, 'x'] } },
      'the query of latency.p95 gives a text, and not a number',
    ],
    [
      { ...(vector('1') as object), warnings: ['remote store down'] },
      'the query of latency.p95 comes with a warning, so it may rest on part of the data: remote store down',
    ],
  ])('that answers %j gives no figure', async (body, sentence) => {
    expect(await gapOf(body)).toBe(sentence);
  });

  it('that answers with a value of long ago gives no figure', async () => {
    const body = {
      status: 'success',
      data: { resultType: 'scalar', result: [Date.now() / 1000 - 200, '2'] },
    };
    expect(await gapOf(body)).toMatch(/^the query of latency.p95 is of (?:199|200) s ago$/);
  });

  it('that refuses a query is quoted', async () => {
    const body = { status: 'error', errorType: 'bad_data', error: 'parse error: unexpected end of input' };
    expect(await gapOf(body, 400)).toBe(
      'the query of latency.p95 is refused: bad_data, parse error: unexpected end of input',
    );
  });

  it.each([
    [{}, 200],
    ['hello', 200],
    [null, 404],
    [{ message: 'no rights' }, 403],
  ])('that answers %j with status %i is none', async (body, status) => {
    expect(await gapOf(body, status)).toBe(
      `source prom of shop/web1 is refused at URL/api/v1/query: status ${status} with application/json that is no answer of a Prometheus`,
    );
  });

  it('may remark on a query without doubting its data', async () => {
    const url = await servers.serve((_, response) =>
      response.end(JSON.stringify({ ...(vector('1') as object), infos: ['x might not be a counter'] })),
    );
    const { readings, remarks } = await lookAt(url);
    expect(readings).toHaveLength(1);
    expect(remarks).toEqual(['latency.p95: Prometheus remarks: x might not be a counter']);
  });

  it('whose clock is wrong is remarked', async () => {
    const date = new Date(Date.now() + 600_000).toUTCString();
    const url = await servers.serve((_, response) =>
      response.writeHead(200, { Date: date }).end(JSON.stringify(vector('1'))),
    );
    const { gaps, remarks } = await lookAt(url);
    expect(remarks).toEqual([expect.stringMatching(/^the clock there is at least (?:599|600) s ahead of/)]);
    expect(gaps[0]?.problem).toMatch(/is of 60\d s ago|is of 599 s ago/);
  });

  it('may answer with any bytes, and gets no exception but the one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        const { value, at, problem, refused } = readAnswer({
          status: 200,
          type: '',
          body: Buffer.from(text),
        });
        expect(problem !== null || refused !== null || (at !== null && !Number.isNaN(value))).toBe(true);
      }),
    );
  });
});

describe('a query', () => {
  it('has its placeholders filled in within quotes', () => {
    const web = target({ address: '10.0.0.21', port: 8080 });
    expect(fillQuery('up{instance="{address}:{port}",job=\'{backend}\'}', web)).toBe(
      'up{instance="10.0.0.21:8080",job=\'shop\'}',
    );
    expect(fillQuery('sum by (x) (up{a="\\"{server}"})', web)).toBe('sum by (x) (up{a="\\"web1"})');
  });

  it('matches only that address where it is part of a regular expression', () => {
    const web = target({ address: '10.0.0.21' });
    expect(fillQuery('up{instance=~"{address}:.*"}', web)).toBe('up{instance=~"10\\\\.0\\\\.0\\\\.21:.*"}');
    expect(fillQuery('up{instance !~ `{address}:\\d+`}', web)).toBe('up{instance !~ `10\\.0\\.0\\.21:\\d+`}');
  });

  it('cannot be broken out of, whatever HAProxy says an address is', () => {
    fc.assert(
      fc.property(fc.string(), (address) => {
        let filled: string;
        try {
          filled = fillQuery('up{instance="{address}"}', target({ address }));
        } catch (error) {
          expect(error).toMatchObject({ name: 'UnsafeValue' });
          return;
        }
        expect(filled).toBe(`up{instance="${address}"}`);
        expect(address).toMatch(/^[\w.:-]+$/);
      }),
    );
  });

  it('leaves the braces of PromQL and of regular expressions alone', () => {
    const query = 'up{job="{x}",code=~"5[0-9]{2}"}';
    expect(fillQuery(query, target())).toBe(query);
  });
});
