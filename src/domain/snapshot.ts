import {
  formatServerId,
  sameServer,
  type BackendName,
  type LoadBalancerName,
  type ServerId,
} from './names.ts';
import type { RejuvError } from './errors.ts';
import { heldBy, type OldWorkers } from './old-workers.ts';
import type { AdminState, OperationalState } from './server.ts';

/**
 * Which HAProxy process answered. A reload or a restart changes it, and with it goes everything that was set at
 * run time; pid alone is not enough in containers.
 */
export interface Process {
  readonly pid: number;
  /** Unix seconds, `Start_time_sec` of `show info`. */
  readonly startedAtSeconds: number;
}

export function sameProcess(a: Process, b: Process): boolean {
  return a.pid === b.pid && a.startedAtSeconds === b.startedAtSeconds;
}

/** HAProxy's own health check of one server. */
export interface Check {
  /** A check is configured and enabled for the server. */
  readonly enabled: boolean;
  /** The last finished check passed (`L4OK`, `L6OK`, `L7OK`, `L7OKC`, `PROCOK`). */
  readonly passed: boolean;
  /** `check_status` without its `* `, such as `L7OK`; empty in maint. */
  readonly status: string;
  /** Current health: rise + fall - 1 is full health. Null in maint or unchecked. */
  readonly health: number | null;
  readonly rise: number | null;
  readonly fall: number | null;
}

/** The agent check of one server, from `srv_agent_state`. */
export interface Agent {
  readonly configured: boolean;
  readonly enabled: boolean;
}

/** One server as one load balancer sees it. */
export interface ServerRow {
  readonly id: ServerId;
  readonly address: string;
  readonly port: number;
  /** The decimal `srv_admin_state`; `admin` is derived from it. */
  readonly adminBits: number;
  readonly admin: AdminState;
  readonly operational: OperationalState;
  /** `status` of `show stat`, for people only; never parsed for states. */
  readonly status: string;
  /** HAProxy says `DRAIN (agent)`: it does so at every drain while the agent check is on, whoever set it. */
  readonly byAgent: boolean;
  /** The effective one: 0 gets nothing. */
  readonly weight: number;
  /** `uweight`: what was set, or configured. `weight` is less while a server starts slowly, and old in maint. */
  readonly setWeight: number;
  /** `srv_iweight`: what haproxy.cfg says. */
  readonly configuredWeight: number;
  /** `slim`, its `maxconn`; null: none. */
  readonly maxSessions: number | null;
  /** An HAProxy `backup` server: a last resort, never counted as serving. */
  readonly haproxyBackup: boolean;
  readonly check: Check;
  readonly agent: Agent;
  /** Requests (http) or connections (tcp) in progress: `scur`. */
  readonly sessions: number;
  /** `qcur`. */
  readonly queue: number;
  /** All sessions since HAProxy started: `stot`. Still growing in drain means clients bound by persistence. */
  readonly sessionsTotal: number;
  /** Connections refused or broken, answers broken, and answers 5xx, since HAProxy started: `econ`, `eresp`, `hrsp_5xx`. */
  readonly errorsTotal: number;
  /** `rtime`, average of the last 1,024 requests; null before the first one, and in tcp. */
  readonly responseMs: number | null;
  /** Seconds since the last change of state: `lastchg`. */
  readonly secondsSinceChange: number;
}

/** What one load balancer answered at one instant. */
export interface LoadBalancerView {
  readonly name: LoadBalancerName;
  readonly version: string;
  readonly process: Process;
  readonly uptimeSeconds: number;
  /** True on the old process after a reload: its data are of the past. */
  readonly stopping: boolean;
  /** The backends that were asked for and exist here. */
  readonly backends: readonly BackendName[];
  /** What waits in the queue of a backend itself, for whichever server is free first: `qcur` of its own row. */
  readonly queues: ReadonlyMap<BackendName, number>;
  readonly servers: readonly ServerRow[];
  /** What a close look found in workers of before a reload. */
  readonly oldWorkers: OldWorkers;
  /** Unix milliseconds. */
  readonly at: number;
}

/** A load balancer that gave no usable answer, and why. */
export interface LoadBalancerGap {
  readonly name: LoadBalancerName;
  readonly error: RejuvError;
  readonly at: number;
}

/** Everything observed at one instant, with its gaps. */
export interface Snapshot {
  readonly at: number;
  readonly views: readonly LoadBalancerView[];
  readonly gaps: readonly LoadBalancerGap[];
  /** Gaps that `whenOneIsDown` lets pass: what is true of the others is enough. */
  readonly excused: readonly LoadBalancerGap[];
}

/** The row of one server in one view. */
export function rowOf(view: LoadBalancerView, id: ServerId): ServerRow | undefined {
  return view.servers.find((row) => row.id.backend === id.backend && row.id.server === id.server);
}

/** The rows of one server, per load balancer that knows it. */
export function rowsOf(snapshot: Snapshot, id: ServerId): { view: LoadBalancerView; row: ServerRow }[] {
  return snapshot.views.flatMap((view) => {
    const row = rowOf(view, id);
    return row === undefined ? [] : [{ view, row }];
  });
}

/** What waits in the queue of a backend itself, summed over the load balancers; null: one of them does not say. */
export function queueOf({ views, gaps }: Snapshot, backend: BackendName): number | null {
  if (gaps.length > 0) return null;
  const each = views.map(({ queues }) => queues.get(backend));
  const known = each.filter((queue) => queue !== undefined);
  return known.length < each.length ? null : known.reduce((sum, queue) => sum + queue, 0);
}

/**
 * Sessions and queue of one server, per load balancer and summed, with what old workers hold where a close look counted
 * it. Null sum: a load balancer, or what its old workers hold, was asked for and is unknown.
 */
export interface Load {
  readonly sessions: Readonly<Record<string, number>>;
  readonly queue: Readonly<Record<string, number>>;
  readonly total: number | null;
}

export function loadOf(snapshot: Snapshot, id: ServerId): Load {
  const rows = rowsOf(snapshot, id).map(({ view, row }) => {
    const old = heldBy(view.oldWorkers, id);
    return { view, sessions: row.sessions + old.sessions, queue: row.queue + old.queue };
  });
  const whole =
    snapshot.gaps.length === 0 &&
    rows.length === snapshot.views.length &&
    rows.every(({ view }) => view.oldWorkers.kind !== 'unknown');
  return {
    sessions: Object.fromEntries(rows.map(({ view, sessions }) => [view.name, sessions])),
    queue: Object.fromEntries(rows.map(({ view, queue }) => [view.name, queue])),
    total: whole ? rows.reduce((sum, { sessions, queue }) => sum + sessions + queue, 0) : null,
  };
}

/**
 * Other servers at the same address that are in service on some load balancer, or still have work there: a reboot
 * of the host would hit them too.
 */
export function sharedRows(snapshot: Snapshot, id: ServerId): ServerRow[] {
  const addresses = new Set(rowsOf(snapshot, id).map(({ row }) => row.address));
  const shared = new Map<string, ServerRow>();
  for (const view of snapshot.views) {
    for (const row of view.servers) {
      const inUse = row.admin !== 'maint' || row.sessions + row.queue > 0;
      if (addresses.has(row.address) && inUse && !sameServer(row.id, id))
        shared.set(formatServerId(row.id), row);
    }
  }
  return [...shared.values()];
}
