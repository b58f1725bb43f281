import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { backendName, serverName } from '../../../src/domain/names.ts';
import type { MetricTarget } from '../../../src/domain/seams.ts';
import type { ExporterSource, PageMetric, PrometheusSource } from '../../../src/domain/sources.ts';

export const noSignal = new AbortController().signal;

/** The server that is asked, at an address of this machine. */
export function target(change: Partial<MetricTarget> = {}): MetricTarget {
  return {
    id: { backend: backendName('shop'), server: serverName('web1') },
    address: '127.0.0.1',
    port: 80,
    ssh: null,
    ...change,
  };
}

const times = { everyMs: 15_000, deadlineMs: 5_000, staleMs: 60_000 };

export function exporterAt(url: string, change: Partial<ExporterSource> = {}): ExporterSource {
  return { kind: 'exporter', name: 'node', ...times, url, only: null, auth: null, metrics: [], ...change };
}

export function prometheusAt(url: string, change: Partial<PrometheusSource> = {}): PrometheusSource {
  return { kind: 'prometheus', name: 'prom', ...times, url, auth: null, metrics: [], ...change };
}

export function pageMetric(figure: string, metric: string, change: Partial<PageMetric> = {}): PageMetric {
  return { figure, unit: 'count', metric, labels: {}, counter: false, quantile: null, scale: 1, ...change };
}

export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** Real HTTP servers on this machine, for one test each. */
export class LocalServers {
  private readonly servers: Server[] = [];

  /** The URL of a server that answers so. */
  async serve(answer: Answering): Promise<string> {
    const server = createServer(answer);
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  async page(text: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    return await this.serve((_, response) => response.writeHead(200, headers).end(text));
  }

  stop(): void {
    for (const server of this.servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  }
}
