import {
  formatServerId,
  sameServer,
  type BackendName,
  type ServerId,
  type ServerName,
} from '../../domain/names.ts';
import type { Role } from '../../domain/server.ts';
import { backendsSeen, whyLeftOut, type Seen, type SeenServer } from './seen.ts';
import {
  guessMinServing,
  guessProbe,
  isLoopback,
  isSpareByConfig,
  servingNow,
  sshTargetOf,
  type ProbeGuess,
} from './guess.ts';
import { problemsOf, remarksOn } from './remarks.ts';

/** What goes into the config file, before it is text. */
export interface Sketch {
  readonly seen: readonly Seen[];
  readonly ssh: SshSketch;
  readonly backends: readonly BackendSketch[];
  /** For the example of a schedule. */
  readonly timeZone: string;
}

export interface SshSketch {
  readonly user: string;
  readonly privateKey: string;
  /** The key file is there. */
  readonly keyThere: boolean;
  /** Log in with the agent: this is how the load balancers were reached just now. */
  readonly agent: boolean;
}

export interface BackendSketch {
  readonly name: BackendName;
  readonly servers: readonly ServerSketch[];
  readonly leftOut: readonly { readonly name: ServerName; readonly why: string }[];
  /** Servers that serve now, per load balancer. */
  readonly serving: readonly number[];
  readonly minServing: number;
  /** Servers that some load balancer does not check. */
  readonly unchecked: readonly ServerName[];
  readonly probe: ProbeGuess;
}

export interface ServerSketch {
  readonly id: ServerId;
  /** `10.0.0.21:8080` */
  readonly place: string;
  readonly role: Role;
  readonly ssh: string | null;
  readonly sameHost: readonly ServerId[];
  /** Worth knowing. */
  readonly remarks: readonly string[];
  /** To be put right in HAProxy, or rejuv will not work with this server. */
  readonly problems: readonly string[];
}

/** What a person, or the flags, decided. */
export interface Chosen {
  readonly backends: readonly BackendName[];
  readonly spares: readonly ServerId[];
  readonly ssh: SshSketch;
  readonly timeZone: string;
}

/** A config file for the chosen backends of what was seen. Every chosen backend is a usable one. */
export function sketch(seen: readonly Seen[], { backends, spares, ssh, timeZone }: Chosen): Sketch {
  const all = backendsSeen(seen);
  const neighbours = byAddress(all);
  const kept = new Map(
    backends.map((name) => {
      const servers = (all.get(name) ?? []).filter((server) => whyLeftOut(server, seen) === null);
      return [name, { servers, roles: rolesOf(name, servers, spares) }] as const;
    }),
  );
  const named = (id: ServerId): boolean =>
    kept.get(id.backend)?.servers.some((server) => server.name === id.server) ?? false;

  const serverOf = (backend: BackendName, server: SeenServer, role: Role): ServerSketch => {
    const id = { backend, server: server.name };
    const [first] = server.sightings;
    const address = first?.row.address ?? '';
    const addresses = [...new Set(server.sightings.map(({ row }) => row.address))];
    const others = [...new Set(addresses.flatMap((one) => neighbours.get(one) ?? []))].filter(
      (other) => !sameServer(other, id),
    );
    const beside = others.filter((other) => other.backend === backend && named(other));
    const sameHost = others.filter((other) => other.backend !== backend && named(other));
    const strangers = others.filter((other) => !named(other));
    const reachable = beside.length === 0 && !isLoopback(address);
    const remarks = [
      ...remarksOn(server, role),
      ...(isLoopback(address) ? ["no ssh: this is the load balancer's own machine"] : []),
      ...(beside.length === 0
        ? []
        : [`no ssh: the same host as ${beside.map(({ server: name }) => name).join(', ')}`]),
      ...(strangers.length === 0
        ? []
        : [
            `its host also has ${strangers.map(formatServerId).join(', ')}, not in this file: no reboot while in use`,
          ]),
    ];
    return {
      id,
      place: placeOf(address, first?.row.port ?? 0),
      role,
      ssh: reachable ? sshTargetOf(address) : null,
      sameHost,
      remarks,
      problems: problemsOf(server, role),
    };
  };

  return {
    seen,
    ssh,
    timeZone,
    backends: [...kept].map(([name, { servers, roles }]) => {
      const primaries = servers.filter((server) => roles.get(server.name) !== 'spare');
      const serving = servingNow(primaries, seen);
      return {
        name,
        servers: servers.map((server) => serverOf(name, server, roles.get(server.name) ?? 'primary')),
        leftOut: (all.get(name) ?? []).flatMap((server) => {
          const why = whyLeftOut(server, seen);
          return why === null ? [] : [{ name: server.name, why }];
        }),
        serving,
        minServing: guessMinServing(serving),
        unchecked: servers
          .filter(({ sightings }) => sightings.some(({ row }) => !row.check.enabled))
          .map((server) => server.name),
        probe: guessProbe(name, servers, seen),
      };
    }),
  };
}

/** The servers that haproxy.cfg or a person calls spares; without any primary the file would be a wrong one. */
function rolesOf(
  backend: BackendName,
  servers: readonly SeenServer[],
  spares: readonly ServerId[],
): ReadonlyMap<ServerName, Role> {
  const isSpare = ({ name }: SeenServer): boolean =>
    spares.some((spare) => sameServer(spare, { backend, server: name }));
  const allSpares = servers.every(isSpare);
  return new Map(servers.map((server) => [server.name, isSpare(server) && !allSpares ? 'spare' : 'primary']));
}

/** The servers that haproxy.cfg keeps as spares, in some backends. */
export function sparesByConfig(seen: readonly Seen[], backends: readonly BackendName[]): ServerId[] {
  const all = backendsSeen(seen);
  return backends.flatMap((backend) =>
    (all.get(backend) ?? [])
      .filter((server) => whyLeftOut(server, seen) === null && isSpareByConfig(server))
      .map(({ name }) => ({ backend, server: name })),
  );
}

function byAddress(
  all: ReadonlyMap<BackendName, readonly SeenServer[]>,
): ReadonlyMap<string, readonly ServerId[]> {
  // Each server is one object, however many addresses it has.
  const found = new Map<string, ServerId[]>();
  for (const [backend, servers] of all) {
    for (const { name, sightings } of servers) {
      const id = { backend, server: name };
      for (const address of new Set(sightings.map(({ row }) => row.address))) {
        const ids = found.get(address) ?? [];
        found.set(address, ids);
        ids.push(id);
      }
    }
  }
  return found;
}

function placeOf(address: string, port: number): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
