import { noRecords } from '../../src/domain/records.ts';
import type { AgingRule } from '../../src/domain/aging.ts';
import {
  backendName,
  loadBalancerName,
  serverName,
  type ServerId,
  type ServerName,
} from '../../src/domain/names.ts';
import type { Measurements } from '../../src/domain/sample.ts';
import type { BackendSettings } from '../../src/domain/settings.ts';
import type { LoadBalancerView, ServerRow, Snapshot } from '../../src/domain/snapshot.ts';
import type { SharedFacts } from '../../src/policy/aging/facts.ts';
import { backendJudge, type BackendFacts } from '../../src/policy/aging/judgements.ts';
import { rule } from '../policy/aging/measured.ts';
import { backendSize, isAged, servers } from './sampling-load.ts';

const minute = 60_000;

/** Ten rules as a shop has them. `reaches` is not among them: trends go by a rota of their own. */
export const thresholds: readonly AgingRule[] = [
  rule('memory.used > 97% or errors.rate > 2x peers', { severity: 'unstable', forMs: 2 * minute }),
  rule('errors.rate per requests.rate > 5%', { severity: 'unstable', forMs: 2 * minute }),
  rule('memory.used > 85%', { forMs: 10 * minute }),
  rule('swap.used > 85% and memory.used > 85%', { forMs: 10 * minute }),
  rule('files.open > 90000', { forMs: 30 * minute }),
  rule('memory.used per requests.rate > 1.5x freshest', {
    forMs: 60 * minute,
    samples: { holds: 8, of: 10 },
  }),
  rule('files.open > 1.3x peers', { forMs: 10 * minute }),
  rule('load > 30', { forMs: 10 * minute }),
  rule('buffers.used > 1GiB', { forMs: 10 * minute }),
  rule('load > 24 and not sessions > 350', { forMs: 10 * minute }),
];

export const trend: readonly AgingRule[] = [rule('memory.used reaches 99.9% within 24h')];

/** All servers, in their backends. */
export type Shop = readonly Pick<BackendFacts, 'backend' | 'snapshot' | 'measured'>[];

/** How the shop is divided, and who is aged: two of a hundred, or everybody by the samples of those two. */
export type Case = 'backends' | 'one-backend' | 'all-aged';

export function shopOf(which: Case, rules: readonly AgingRule[], measured: Measurements): Shop {
  const size = which === 'one-backend' ? servers.length : backendSize;
  const aged = servers.filter((_, index) => isAged(index));
  return Array.from({ length: servers.length / size }, (_, index) => {
    const kept = servers.slice(index * size, (index + 1) * size);
    const name = backendName(which === 'one-backend' ? 'shop' : `shop${index}`);
    const ids = kept.map((_, at) => ({ backend: name, server: serverName(`web${at}`) }));
    const from = which === 'all-aged' ? aged : kept;
    const settings = ids.map(({ server }): BackendSettings['servers'][number] => ({
      ...{ name: server, ssh: null, role: 'primary', sameHost: [] },
    }));
    return {
      backend: { name, servers: settings, rules, sources: [] },
      snapshot: snapshotOf(ids),
      measured:
        which === 'backends'
          ? measured
          : renamed(measured, new Map(ids.map(({ server }, at) => [server, from[at]]))),
    };
  });
}

/** One evaluation of all rules of all servers; when the first verdict may change by time alone. */
export function evaluate(shop: Shop, forecast: SharedFacts['forecast'], now: number): number {
  let first = Infinity;
  for (const one of shop) {
    const judge = backendJudge({ ...one, records: noRecords, forecast, now });
    for (const { name } of one.backend.servers) {
      for (const { nextChangeAt } of judge({ backend: one.backend.name, server: name })) {
        first = Math.min(first, nextChangeAt ?? Infinity);
      }
    }
  }
  return first;
}

function renamed(measured: Measurements, ids: ReadonlyMap<ServerName, ServerId | undefined>): Measurements {
  const id = (asked: ServerId): ServerId => ids.get(asked.server) ?? asked;
  return {
    recent: (server, figure) => measured.recent(id(server), figure),
    aggregated: (server, figure) => measured.aggregated(id(server), figure),
    usual: (server, figure, at) => measured.usual(id(server), figure, at),
    youngSince: (server) => measured.youngSince(id(server)),
    freshness: (server, figure, now) => measured.freshness(id(server), figure, now),
  };
}

/** All of them in service, on two load balancers. */
export function snapshotOf(ids: readonly ServerId[], ports: readonly number[] = []): Snapshot {
  const rows = ids.map((id, at): ServerRow => ({
    ...{
      id,
      address: '127.0.0.1',
      port: ports[at] ?? 8080,
      adminBits: 0,
      admin: 'ready',
      operational: 'up',
      status: 'UP',
    },
    ...{
      byAgent: false,
      weight: 1,
      setWeight: 1,
      configuredWeight: 1,
      haproxyBackup: false,
      sessions: 0,
      queue: 0,
      maxSessions: null,
    },
    ...{ sessionsTotal: 0, errorsTotal: 0, responseMs: null, secondsSinceChange: 0 },
    check: { enabled: true, passed: true, status: 'L7OK', health: 4, rise: 3, fall: 2 },
    agent: { configured: false, enabled: false },
  }));
  return { at: 0, views: ['lb-a', 'lb-b'].map(viewOf), gaps: [], excused: [] };

  function viewOf(name: string): LoadBalancerView {
    return {
      ...{ name: loadBalancerName(name), version: '3.0', process: { pid: 1, startedAtSeconds: 1 }, at: 0 },
      ...{
        uptimeSeconds: 1,
        stopping: false,
        backends: [],
        queues: new Map(),
        servers: rows,
        oldWorkers: { kind: 'not-asked' },
      },
    };
  }
}
