import { RejuvError } from '../../domain/errors.ts';
import { formatServerId, type LoadBalancerName, type ServerId } from '../../domain/names.ts';
import type { ServerRow, Snapshot } from '../../domain/snapshot.ts';

/** Where servers are, as the load balancers last said. */
export interface Places {
  learn(snapshot: Snapshot): void;
  /** @throws RejuvError server-missing, address-differs: then nobody can say whose figures it would give */
  of(server: ServerId): { readonly address: string; readonly port: number };
  /** In maint wherever it is known: nobody misses its figures. */
  isOut(server: ServerId): boolean;
}

export function createPlaces(): Places {
  /** By load balancer; one that does not answer keeps what it said last. */
  const known = new Map<LoadBalancerName, ReadonlyMap<string, ServerRow>>();

  const rowsOf = (server: ServerId): ServerRow[] =>
    [...known.values()].flatMap((rows) => rows.get(formatServerId(server)) ?? []);

  return {
    learn({ views }) {
      for (const { name, servers } of views) {
        known.set(name, new Map(servers.map((row) => [formatServerId(row.id), row])));
      }
    },
    of(server) {
      for (const [loadBalancer, rows] of known) {
        if (!rows.has(formatServerId(server)))
          throw new RejuvError('server-missing', { ...server, loadBalancer });
      }
      const rows = rowsOf(server);
      const [row] = rows;
      if (row === undefined) {
        throw new RejuvError('server-missing', { ...server, loadBalancer: 'a load balancer that answers' });
      }
      const places = [...new Set(rows.map(({ address, port }) => `${address}:${port}`))];
      const [first = '', second] = places;
      if (second !== undefined) throw new RejuvError('address-differs', { ...server, first, second });
      return { address: row.address, port: row.port };
    },
    isOut(server) {
      const rows = rowsOf(server);
      return rows.length > 0 && rows.every(({ admin }) => admin === 'maint');
    },
  };
}
