import type { FoundSocket, Surroundings } from '../../src/cli/init/surroundings.ts';
import type { Seen } from '../../src/cli/init/seen.ts';
import { RejuvError } from '../../src/domain/errors.ts';
import { loadBalancerName, parseServerId } from '../../src/domain/names.ts';
import type { LoadBalancer } from '../../src/domain/seams.ts';
import { adminStateOf } from '../../src/domain/server.ts';
import { formatAddress } from '../../src/domain/settings.ts';
import type { LoadBalancerView, ServerRow } from '../../src/domain/snapshot.ts';

/** One server of a made-up HAProxy; what is left out is ordinary. */
export interface MadeUp {
  readonly id: string;
  readonly address?: string;
  readonly port?: number;
  /** `srv_admin_state`: 5 `disabled` in the configuration, 1 maint at run time, 8 drain, 4 `disabled` but ready. */
  readonly bits?: number;
  readonly down?: boolean;
  readonly backup?: boolean;
  readonly unchecked?: boolean;
  readonly agent?: boolean;
}

export function rowOf(one: MadeUp): ServerRow {
  const id = parseServerId(one.id);
  if (id === null) throw new Error(`no server can be called ${one.id}`);
  const bits = one.bits ?? 0;
  const admin = adminStateOf(bits);
  const operational = admin === 'maint' ? 'unchecked' : one.down === true ? 'down' : 'up';
  return {
    id,
    address: one.address ?? '10.0.0.21',
    port: one.port ?? 8080,
    adminBits: bits,
    admin,
    operational,
    status: operational.toUpperCase(),
    byAgent: false,
    weight: 1,
    setWeight: 1,
    configuredWeight: 1,
    maxSessions: null,
    haproxyBackup: one.backup === true,
    check: {
      enabled: one.unchecked !== true,
      passed: operational === 'up',
      status: 'L7OK',
      health: 4,
      rise: 2,
      fall: 3,
    },
    agent: { configured: one.agent === true, enabled: one.agent === true },
    sessions: 0,
    queue: 0,
    sessionsTotal: 0,
    errorsTotal: 0,
    responseMs: null,
    secondsSinceChange: 60,
  };
}

export function viewOf(name: string, servers: readonly MadeUp[], pid = 1): LoadBalancerView {
  const rows = servers.map(rowOf);
  const backends = [...new Set(rows.map(({ id }) => id.backend))];
  return {
    name: loadBalancerName(name),
    version: '2.6.12',
    process: { pid, startedAtSeconds: 1_700_000_000 },
    uptimeSeconds: 60,
    stopping: false,
    oldWorkers: { kind: 'not-asked' },
    backends,
    queues: new Map(backends.map((backend) => [backend, 0])),
    servers: rows,
    at: 0,
  };
}

/** A pair that answered with these servers. */
export function seenPair(a: readonly MadeUp[], b: readonly MadeUp[] = a): Seen[] {
  return [a, b].map((servers, index) => {
    const name = index === 0 ? 'lb-a' : 'lb-b';
    return {
      name: loadBalancerName(name),
      socket: `/run/${name}.sock`,
      master: null,
      checks: new Map(),
      level: 'admin' as const,
      view: viewOf(name, servers, index + 1),
    };
  });
}

export interface MadeUpHaproxy {
  readonly servers: readonly MadeUp[];
  readonly level?: 'user' | 'admin';
  /** Another socket of the same process has the same number. */
  readonly pid?: number;
  /** A process on this machine names the socket. */
  readonly found?: Partial<FoundSocket> | true;
}

/** HAProxys by their sockets. Everything that would change one is an error. */
export function surroundingsOf(haproxys: Readonly<Record<string, MadeUpHaproxy>>): Surroundings {
  const all = Object.entries(haproxys);
  const never = (): Promise<never> => Promise.reject(new Error('init changes nothing'));
  const loadBalancer = (name: string, socket: string): LoadBalancer => {
    const index = all.findIndex(([one]) => one === socket);
    const haproxy = all[index]?.[1];
    const missing = new RejuvError('socket-missing', { loadBalancer: name, socket });
    return {
      name: loadBalancerName(name),
      read: async (backends) => {
        await Promise.resolve();
        if (backends !== null) throw new Error('init looks at every backend');
        if (haproxy === undefined) throw missing;
        return viewOf(name, haproxy.servers, haproxy.pid ?? index + 1);
      },
      readClosely: () => Promise.reject(new Error('init looks at no old workers')),
      level: () => Promise.resolve(haproxy?.level ?? 'admin'),
      setAdmin: never,
      setAgent: never,
      setWeight: never,
      closeIdle: never,
      closeSessions: never,
      close: () => Promise.resolve(),
    };
  };
  return {
    findSockets: () =>
      Promise.resolve(
        all.flatMap(([socket, { found }]): FoundSocket[] =>
          found === undefined
            ? []
            : [{ socket, master: null, checks: new Map(), ...(found === true ? {} : found) }],
        ),
      ),
    exists: () => Promise.resolve(false),
    connect: (pair) =>
      Promise.resolve({
        loadBalancers: pair.map(({ name, socket }) => loadBalancer(name, formatAddress(socket))),
        close: () => Promise.resolve(),
      }),
  };
}
