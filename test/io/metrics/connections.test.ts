import { createServer as createTlsServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { serverName } from '../../../src/domain/names.ts';
import type { MetricTarget } from '../../../src/domain/seams.ts';
import { createClock } from '../../../src/io/clock.ts';
import { createExporterSource } from '../../../src/io/metrics/exporter.ts';
import type { ExaminableSource } from '../../../src/io/metrics/look.ts';
import { ownCertificate } from './own-certificate.ts';
import { exporterAt, LocalServers, noSignal, target } from './targets.ts';

const servers = new LocalServers();
let tls: Server | null = null;
afterEach(() => {
  servers.stop();
  vi.unstubAllEnvs();
  tls?.closeAllConnections();
  tls?.close();
  tls = null;
});

function sourceAt(url: string): ExaminableSource {
  return createExporterSource(exporterAt(url), createClock());
}

const page = 'go_threads 1\n';
const figure = [{ kind: 'gauge', figure: 'threads', value: 1 }];

describe('a page', () => {
  it('is asked over one kept connection, and once more when that was closed over there', async () => {
    const ports = new Set<number | undefined>();
    let asked = 0;
    const url = await servers.serve((request, response) => {
      asked += 1;
      if (asked === 3) return void request.socket.destroy();
      ports.add(request.socket.remotePort);
      return void response.end(page);
    });
    const source = sourceAt(url);
    for (let time = 0; time < 3; time += 1) await source.read(target(), noSignal);
    await source.close();
    expect([asked, ports.size]).toEqual([4, 2]);
  });

  it('is asked once more over a new connection, where other kept ones were closed as well', async () => {
    const seen = new WeakSet<Socket>();
    let asked = 0;
    const url = await servers.serve((request, response) => {
      asked += 1;
      if (seen.has(request.socket)) return void request.socket.destroy();
      seen.add(request.socket);
      return void setTimeout(() => response.end(page), 50);
    });
    const source = sourceAt(url);
    const other: MetricTarget = target({ id: { ...target().id, server: serverName('web2') } });
    await Promise.all([source.read(target(), noSignal), source.read(other, noSignal)]);
    expect(await source.read(target(), noSignal)).toEqual(figure);
    await source.close();
    expect(asked).toBe(4);
  });

  it('is not asked twice where a new connection is closed without an answer', async () => {
    let asked = 0;
    const url = await servers.serve((request) => {
      asked += 1;
      request.socket.destroy();
    });
    const source = sourceAt(url);
    await expect(source.read(target(), noSignal)).rejects.toThrow(
      /the connection was reset before the whole answer came$/,
    );
    await source.close();
    expect(asked).toBe(1);
  });

  it('comes over TLS, from who is trusted alone', async () => {
    const server = createTlsServer(ownCertificate, (_, response) => response.end(page));
    tls = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const source = sourceAt(`https://127.0.0.1:${port}/metrics`);
    await expect(source.read(target(), noSignal)).rejects.toThrow(/self-signed certificate/);
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    expect(await source.read(target(), noSignal)).toEqual(figure);
    await source.close();
  });
});
