import { backendName, serverName, type BackendName, type LoadBalancerName } from '../../domain/names.ts';
import type { LoadBalancerView, ServerRow } from '../../domain/snapshot.ts';
import type { FoundSocket } from './surroundings.ts';

/** One HAProxy that answered, and what it said. */
export interface Seen {
  readonly name: LoadBalancerName;
  /** As the config file writes it. */
  readonly socket: string;
  readonly master: string | null;
  readonly checks: FoundSocket['checks'];
  readonly level: 'user' | 'operator' | 'admin';
  readonly view: LoadBalancerView;
}

/** One server on every load balancer that has it. */
export interface SeenServer {
  readonly name: ServerRow['id']['server'];
  readonly sightings: readonly Sighting[];
}

export interface Sighting {
  readonly loadBalancer: LoadBalancerName;
  readonly row: ServerRow;
}

/** The servers of each backend, in the order of haproxy.cfg; those of the second load balancer after the first's. */
export function backendsSeen(seen: readonly Seen[]): ReadonlyMap<BackendName, readonly SeenServer[]> {
  const backends = new Map<string, Map<string, Sighting[]>>();
  for (const { name, view } of seen) {
    for (const row of view.servers) {
      const servers = backends.get(row.id.backend) ?? new Map<string, Sighting[]>();
      backends.set(row.id.backend, servers);
      const sightings = servers.get(row.id.server) ?? [];
      servers.set(row.id.server, [...sightings, { loadBalancer: name, row }]);
    }
  }
  return new Map(
    [...backends].map(([backend, servers]) => [
      backendName(backend),
      [...servers].map(([name, sightings]) => ({ name: serverName(name), sightings })),
    ]),
  );
}

/** Why rejuv cannot work with a server, or null. */
export function whyLeftOut({ name, sightings }: SeenServer, seen: readonly Seen[]): string | null {
  const missing = seen.find(({ view }) => !sightings.some(({ loadBalancer }) => loadBalancer === view.name));
  if (missing !== undefined) {
    return `${missing.name} does not have it; rejuv needs every server on both load balancers`;
  }
  if (sightings.some(({ row }) => isNowhere(row.address)))
    return 'it has no address (not resolved, or a socket)';
  if (sightings.some(({ row }) => row.haproxyBackup)) {
    return "an HAProxy `backup` server: a last resort, which rejuv never counts as serving; rejuv's spares are another thing";
  }
  // The reader of the config file refuses this one name (it would change an object of JavaScript).
  return name === '__proto__' ? 'the config file cannot hold this name' : null;
}

/** A template's free slot, a name that was not resolved, a unix socket, or whatever address the client asked for. */
function isNowhere(address: string): boolean {
  return ['-', '', '0.0.0.0', '::'].includes(address);
}

/** Why rejuv cannot work with a backend at all, or null. */
export function whyUnusable(
  name: BackendName,
  servers: readonly SeenServer[],
  seen: readonly Seen[],
): string | null {
  const missing = seen.find(({ view }) => !view.backends.includes(name));
  if (missing !== undefined) return `${missing.name} does not have it`;
  if (name === '__proto__') return 'the config file cannot hold this name';
  return servers.some((server) => whyLeftOut(server, seen) === null)
    ? null
    : 'it has no server with an address that is on both load balancers and not a `backup`';
}
