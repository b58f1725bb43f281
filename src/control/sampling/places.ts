import { RejuvError } from '../../domain/errors.ts';
import { formatServerId, sameServer, type LoadBalancerName, type ServerId } from '../../domain/names.ts';
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
  /** One that does not answer keeps what it said last. */
  const known = new Map<LoadBalancerName, Rows>();

  const rowsOf = (server: ServerId): ServerRow[] =>
    [...known.values()].flatMap((rows) => rows.find(server) ?? []);

  return {
    learn({ views }) {
      for (const { name, servers } of views) {
        const rows = known.get(name) ?? new Rows();
        rows.now = servers;
        known.set(name, rows);
      }
    },
    of(server) {
      for (const [loadBalancer, rows] of known) {
        if (rows.find(server) === undefined)
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

/** What one load balancer says of all servers, look after look: mostly in one order, so it is kept in mind which is where. */
class Rows {
  private rows: readonly ServerRow[] = [];
  /** Whether `places` was made of these very rows. */
  private fresh = false;
  private readonly places = new Map<string, number>();

  set now(rows: readonly ServerRow[]) {
    this.rows = rows;
    this.fresh = false;
  }

  find(server: ServerId): ServerRow | undefined {
    return this.at(server) ?? (this.learnOrder() ? this.at(server) : undefined);
  }

  private at(server: ServerId): ServerRow | undefined {
    const row = this.rows[this.places.get(formatServerId(server)) ?? -1];
    return row !== undefined && sameServer(row.id, server) ? row : undefined;
  }

  /** False: it is known already. */
  private learnOrder(): boolean {
    if (this.fresh) return false;
    this.fresh = true;
    this.places.clear();
    for (const [at, { id }] of this.rows.entries()) this.places.set(formatServerId(id), at);
    return true;
  }
}
