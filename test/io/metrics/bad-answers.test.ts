import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { RejuvError } from '../../../src/domain/errors.ts';
import type { Reading } from '../../../src/domain/sample.ts';
import type { MetricTarget } from '../../../src/domain/seams.ts';
import type { ExporterSource } from '../../../src/domain/sources.ts';
import { createClock } from '../../../src/io/clock.ts';
import { createExporterSource } from '../../../src/io/metrics/exporter.ts';
import type { Look } from '../../../src/io/metrics/look.ts';
import { exporterAt, LocalServers, noSignal, target } from './targets.ts';

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

describe('a bad answer', () => {
  it('that redirects is refused, and not followed', async () => {
    let asked = 0;
    const url = await servers.serve((_, response) => {
      asked += 1;
      response.writeHead(302, { Location: '/login' }).end();
    });
    expect(await refusal(exporterAt(url))).toBe(
      `source-refused: source node of shop/web1 is refused at ${url}: status 302, a redirect to "/login", and none is followed`,
    );
    expect(asked).toBe(1);
  });

  it.each([401, 404, 500, 503])('with status %i is refused', async (status) => {
    const url = await servers.serve((_, response) => response.writeHead(status).end('go_threads 1\n'));
    expect(await refusal(exporterAt(url))).toBe(
      `source-refused: source node of shop/web1 is refused at ${url}: status ${status}`,
    );
  });

  it('that is a web page is no page of metrics', async () => {
    const url = await servers.page('<html></html>', { 'Content-Type': 'text/html; charset=utf-8' });
    expect(await refusal(exporterAt(url))).toMatch(
      /the answer is text\/html; charset=utf-8, and not a page of metrics$/,
    );
  });

  it('with one bad line is refused with that line', async () => {
    const url = await servers.page('go_threads 1\nnonsense\n');
    expect(await refusal(exporterAt(url))).toMatch(
      /its page, line 2: a value was expected, and there is the end of the line$/,
    );
  });

  it('without end is cut off', async () => {
    const url = await servers.serve((_, response) => {
      const line = `${'# nothing to see here '.repeat(40)}\n`.repeat(70);
      const pour = (): void => {
        while (!response.destroyed && response.write(line));
      };
      response.on('drain', pour);
      pour();
    });
    expect(await refusal(exporterAt(url, { deadlineMs: 30_000 }))).toMatch(/goes on after 16 MiB$/);
  });

  it('that drips is over at the timeout', async () => {
    const url = await servers.serve((_, response) => {
      const drip = setInterval(() => response.write('#\n'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const startedAt = performance.now();
    expect(await refusal(exporterAt(url, { deadlineMs: 300 }))).toMatch(
      /^source-unreachable: .*no whole answer within 300 ms$/,
    );
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it('packed with gzip is unpacked, and a bomb is not', async () => {
    const packed = { 'Content-Encoding': 'gzip' };
    const good = await servers.serve((_, response) =>
      response.writeHead(200, packed).end(gzipSync('go_threads 5\n')),
    );
    expect(values((await look(exporterAt(good))).readings)).toEqual({ threads: 5 });
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, '#'));
    const bad = await servers.serve((_, response) => response.writeHead(200, packed).end(bomb));
    expect(await refusal(exporterAt(bad, { deadlineMs: 30_000 }))).toMatch(/goes on after 16 MiB$/);
    const torn = await servers.serve((_, response) => response.writeHead(200, packed).end('no gzip'));
    expect(await refusal(exporterAt(torn))).toMatch(/^source-unreachable: .*the answer is packed badly$/);
    const half = gzipSync('go_threads 5\n').subarray(0, 25);
    const cut = await servers.serve((_, response) => response.writeHead(200, packed).end(half));
    expect(await refusal(exporterAt(cut))).toMatch(/^source-unreachable: .*the answer is packed badly$/);
    const odd = await servers.page('x', { 'Content-Encoding': 'zip' });
    expect(await refusal(exporterAt(odd))).toMatch(/^source-unusable: .*is packed as "zip"$/);
  });

  it('packed with gzip that drips is over at the timeout', async () => {
    const page = gzipSync('go_threads 5\n');
    const url = await servers.serve((_, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).write(page.subarray(0, 15));
    });
    expect(await refusal(exporterAt(url, { deadlineMs: 300 }))).toMatch(
      /^source-unreachable: .*no whole answer within 300 ms$/,
    );
  });

  it('that is broken in the piece it begins in is no answer, at once', async () => {
    const url = await servers.serve((request) => {
      request.socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno length of a chunk\r\n');
    });
    expect(await refusal(exporterAt(url, { deadlineMs: 2_000 }))).toMatch(
      /^source-unreachable: (?!.*within)/,
    );
  });

  it('that breaks off is no answer', async () => {
    const url = await servers.serve((request, response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('go_threads 1\n', () => request.socket.destroy());
    });
    expect(await refusal(exporterAt(url))).toMatch(/^source-unreachable: .*before the whole answer came$/);
  });

  it('that changes the protocol is no answer, and is not waited for', async () => {
    const url = await servers.serve((request) => {
      request.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
    });
    expect(await refusal(exporterAt(url, { deadlineMs: 60_000 }))).toMatch(
      /^source-unreachable: .*before the whole answer came$/,
    );
  });

  it('of nobody is said to be none', async () => {
    expect(await refusal(exporterAt('http://127.0.0.1:1/metrics'))).toBe(
      'source-unreachable: source node of shop/web1 gives no answer at http://127.0.0.1:1/metrics: connection refused',
    );
  });

  it('dated far from here is remarked', async () => {
    const date = new Date(Date.now() - 3_600_000).toUTCString();
    const { remarks } = await look(exporterAt(await servers.page('go_threads 1\n', { Date: date })));
    expect(remarks).toEqual([
      expect.stringMatching(/^the clock there is at least 3\d\d\d s behind this machine's$/),
    ]);
  });

  it('ends with the reason of the signal', async () => {
    const url = await servers.serve(() => undefined);
    const source = createExporterSource(exporterAt(url), createClock());
    const stop = new AbortController();
    const asking = source.read(target(), stop.signal);
    stop.abort(new Error('stop now'));
    await expect(asking).rejects.toThrow('stop now');
    await source.close();
  });
});
