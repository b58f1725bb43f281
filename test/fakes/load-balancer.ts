import { asRejuvError, RejuvError } from '../../src/domain/errors.ts';
import {
  backendName,
  loadBalancerName,
  serverName,
  type BackendName,
  type ServerId,
} from '../../src/domain/names.ts';
import type { LoadBalancer } from '../../src/domain/seams.ts';
import { adminStateOf, type AdminState } from '../../src/domain/server.ts';
import type { OldWorker } from '../../src/domain/old-workers.ts';
import type { LoadBalancerView, ServerRow } from '../../src/domain/snapshot.ts';
import { operationalOf, sessionsOf } from './checks.ts';
import { Faults } from './faults.ts';
import type { FakeShop } from './shop.ts';

/** A process of before a reload. Per server, what it took along, and until when, monotonic. */
interface OldProcess {
  readonly pid: number;
  readonly held: ReadonlyMap<string, { readonly sessions: number; readonly until: number }>;
  /** Idle clients, which stay so long, monotonic. */
  readonly idle: { readonly clients: number; readonly until: number };
}

interface Row {
  bits: number;
  /** When the admin state last changed, monotonic. */
  since: number;
  /** When it last left maint, monotonic. */
  leftMaintAt: number;
  agentConfigured: boolean;
  agentEnabled: boolean;
  checked: boolean;
  /** As set at run time, and as configured. */
  weight: number;
  configuredWeight: number;
  maxSessions: number | null;
  total: number;
  address: string;
  /** Idle connections are kept to this boot of the server; null: there are none. */
  kept: string | null;
}

/** Two good checks after leaving maint make full health (rise 2, fall 3, inter 1 s). */
const checkedAfterMs = 3_000;

/** A HAProxy of the fake shop with states, checks, sessions and faults at named operations. */
export class FakeLoadBalancer implements LoadBalancer {
  readonly name;
  readonly faults = new Faults();
  readonly rows = new Map<string, Row>();
  pid = 100;
  startedAtSeconds: number;
  private startedMono: number;
  allowedLevel: 'user' | 'admin' = 'admin';
  /** Not reachable: every call fails as long as it lasts. */
  away = false;
  /** What a person last set, by `backend/server`. */
  readonly lastHand = new Map<string, AdminState>();
  /** The rows of the last reads, oldest first: what was known before a change. */
  readonly lastReads: ServerRow[][] = [];
  /** Servers that this one alone cannot reach, and until when, monotonic. */
  readonly cannotReach = new Map<string, number>();
  /** So many reads were answered. */
  reads = 0;
  /** Looks at each change that comes over the runtime API, before it is made. */
  onWrite: (id: string, to: AdminState) => void = () => undefined;
  /** Looks at each weight before it is set. */
  onWeight: (id: string, weight: number) => void = () => undefined;
  /** Requests that wait in the queue of each backend itself. */
  queued = 0;
  /** A master socket is configured. */
  hasMaster = false;
  /** Clients without a request that a reload leaves to the old process, and for how long. */
  idle = { clients: 0, forMs: 0 };
  private readonly shop: FakeShop;
  private readonly old: OldProcess[] = [];

  constructor(name: string, shop: FakeShop, servers: Readonly<Record<string, AdminState>>) {
    this.name = loadBalancerName(name);
    this.shop = shop;
    this.startedAtSeconds = Math.floor(shop.clock.now() / 1000) - 86_400;
    this.startedMono = shop.clock.monotonic() - 86_400_000;
    for (const [server, admin] of Object.entries(servers)) this.add(`shop/${server}`, server, admin);
  }

  add(id: string, server: string, admin: AdminState): void {
    this.rows.set(id, {
      bits: admin === 'maint' ? 5 : admin === 'drain' ? 8 : 0,
      since: this.shop.clock.monotonic() - 3_600_000,
      leftMaintAt: this.shop.clock.monotonic() - 3_600_000,
      agentConfigured: false,
      agentEnabled: false,
      checked: true,
      weight: 100,
      configuredWeight: 100,
      maxSessions: null,
      total: 1000,
      address: this.shop.server(server).address,
      kept: admin === 'ready' ? this.shop.server(server).bootId : null,
    });
  }

  row(id: string): Row {
    const row = this.rows.get(id);
    if (row === undefined) throw new Error(`${this.name} has no ${id}`);
    return row;
  }

  admin(id: string): AdminState {
    return adminStateOf(this.row(id).bits);
  }

  /** What its configuration gives a server. */
  configuredAdmin(id: string): AdminState {
    return (this.row(id).bits & 4) === 0 ? 'ready' : 'maint';
  }

  /** What a person does with socat. */
  setByHand(id: string, state: AdminState): void {
    this.lastHand.set(id, state);
    this.change(this.row(id), state);
  }

  /**
   * A reload without a state file: a new process, and all that was set at run time is gone. The old one keeps the requests
   * in progress for as long as they take: `requestMs` of each server, without end for those that are stuck.
   */
  reload(disabled: readonly string[] = []): void {
    this.reloadWithState();
    for (const [id, row] of this.rows) {
      row.bits = disabled.includes(id) ? 5 : 0;
      row.weight = row.configuredWeight;
    }
  }

  /** A reload that saved the state: a new process with all that was set. */
  reloadWithState(): void {
    const now = this.shop.clock.monotonic();
    const held = [...this.rows].map(([id, row]) => {
      const target = this.shop.at(row.address);
      const sessions = sessionsOf(target, adminStateOf(row.bits), now - row.since);
      return [id, { sessions, until: target.stuck > 0 ? Infinity : now + target.requestMs }] as const;
    });
    const { clients, forMs } = this.idle;
    this.old.push({ pid: this.pid, held: new Map(held), idle: { clients, until: now + forMs } });
    this.pid += 1;
    for (const row of this.rows.values()) row.kept = null;
    this.startedAtSeconds = Math.floor(this.shop.clock.now() / 1000);
    this.startedMono = this.shop.clock.monotonic();
  }

  /** The rows as they are, for those who watch. */
  now(): ServerRow[] {
    return [...this.rows].map(([id, row]) => this.view(id, row, false));
  }

  async read(backends: readonly BackendName[] | null): Promise<LoadBalancerView> {
    await Promise.resolve();
    this.refuseWhenAway();
    this.faults.pass('read');
    const asked = (id: string): boolean =>
      backends === null || backends.some((name) => id.startsWith(`${name}/`));
    const rows = [...this.rows].flatMap(([id, row]) => (asked(id) ? [this.view(id, row, true)] : []));
    this.reads += 1;
    this.lastReads.push(rows);
    if (this.lastReads.length > 3) this.lastReads.shift();
    const known = [...new Set(rows.map(({ id }) => id.backend))];
    const wanted = known.filter((name) => backends === null || backends.includes(name));
    return {
      name: this.name,
      version: '2.6.12',
      process: { pid: this.pid, startedAtSeconds: this.startedAtSeconds },
      uptimeSeconds: (this.shop.clock.monotonic() - this.startedMono) / 1000,
      stopping: false,
      backends: wanted,
      queues: new Map(wanted.map((name) => [name, this.queued])),
      servers: rows.filter(({ id }) => wanted.includes(id.backend)),
      oldWorkers: { kind: 'not-asked' },
      at: this.shop.clock.now(),
    };
  }

  async readClosely(backends: readonly BackendName[] | null): Promise<LoadBalancerView> {
    const view = await this.read(backends);
    if (!this.hasMaster) return { ...view, oldWorkers: { kind: 'no-master' } };
    try {
      this.faults.pass('oldWorkers');
    } catch (thrown) {
      return { ...view, oldWorkers: { kind: 'unknown', error: asRejuvError(thrown) } };
    }
    const workers = this.old
      .map((one) => this.oldWorker(one))
      .filter(({ held, unplaced }) => held.length + unplaced > 0);
    return { ...view, oldWorkers: { kind: 'counted', workers } };
  }

  private oldWorker({ pid, held, idle }: OldProcess): OldWorker {
    const now = this.shop.clock.monotonic();
    const rows = [...held].filter(([, { sessions, until }]) => sessions > 0 && now < until);
    return {
      pid,
      held: rows.map(([id, { sessions }]) => {
        const [backend = '', server = ''] = id.split('/');
        const { address } = this.row(id);
        return {
          id: { backend: backendName(backend), server: serverName(server) },
          address,
          sessions,
          queue: 0,
        };
      }),
      unplaced: now < idle.until ? idle.clients : 0,
    };
  }

  async setAdmin(server: ServerId, state: AdminState): Promise<void> {
    await Promise.resolve();
    const id = `${server.backend}/${server.server}`;
    this.refuseWhenAway();
    this.faults.pass('setAdmin', `${id} ${state}`);
    if (this.allowedLevel !== 'admin') {
      throw new RejuvError('haproxy-level', { loadBalancer: this.name, socket: `/run/${this.name}.sock` });
    }
    this.onWrite(id, state);
    this.change(this.row(id), state);
    // The answer of a command that was carried out can be lost too.
    this.faults.pass('setAdmin-answer', `${id} ${state}`);
  }

  async setAgent(server: ServerId, enabled: boolean): Promise<void> {
    await Promise.resolve();
    const id = `${server.backend}/${server.server}`;
    this.faults.pass('setAgent', `${id} ${enabled ? 'on' : 'off'}`);
    this.row(id).agentEnabled = enabled;
  }

  async setWeight(server: ServerId, weight: number): Promise<void> {
    await Promise.resolve();
    const id = `${server.backend}/${server.server}`;
    this.refuseWhenAway();
    this.faults.pass('setWeight', `${id} ${weight}`);
    this.onWeight(id, weight);
    this.row(id).weight = weight;
    this.faults.pass('setWeight-answer', `${id} ${weight}`);
  }

  async closeIdle(server: ServerId): Promise<number> {
    await Promise.resolve();
    const id = `${server.backend}/${server.server}`;
    this.refuseWhenAway();
    this.faults.pass('closeIdle', id);
    const row = this.row(id);
    const before = row.kept === null ? 0 : 1;
    row.kept = null;
    return before;
  }

  /** It keeps connections to a boot of the server that is over: a request over one of them is reset. */
  keepsDead(id: string): boolean {
    const { kept, address } = this.row(id);
    return kept !== null && kept !== this.shop.at(address).bootId;
  }

  async closeSessions(server: ServerId): Promise<void> {
    await Promise.resolve();
    this.faults.pass('closeSessions', `${server.backend}/${server.server}`);
    const target = this.shop.server(server.server);
    target.stuck = 0;
    target.bound = 0;
  }

  level(): Promise<'user' | 'operator' | 'admin'> {
    return Promise.resolve(this.allowedLevel);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private change(row: Row, state: AdminState): void {
    const now = this.shop.clock.monotonic();
    const before = adminStateOf(row.bits);
    const configured = row.bits & 4;
    // HAProxy closes them when one that is up goes into maint, and forgets those of one that is down.
    if (state === 'maint' && this.operational(row) === 'up') row.kept = null;
    if (state === 'ready') row.kept ??= this.shop.at(row.address).bootId;
    row.bits = configured + (state === 'maint' ? 1 : state === 'drain' ? 8 : 0);
    if (before === state) return;
    row.since = now;
    if (before === 'maint') row.leftMaintAt = now;
  }

  /** What its checks find, and for how long it has been so. */
  private checks({ address, leftMaintAt }: Row): { well: boolean; standing: number } {
    const { running, passesCheck, changedAt, name } = this.shop.at(address);
    const now = this.shop.clock.monotonic();
    const reached = now >= (this.cannotReach.get(name) ?? 0);
    return { well: running && passesCheck && reached, standing: now - Math.max(leftMaintAt, changedAt) };
  }

  private operational(row: Row): ServerRow['operational'] {
    const { well, standing } = this.checks(row);
    return operationalOf(adminStateOf(row.bits), row.checked, well, standing);
  }

  private refuseWhenAway(): void {
    if (!this.away) return;
    const facts = {
      loadBalancer: this.name,
      socket: `/run/${this.name}.sock`,
      problem: 'connection refused',
    };
    throw new RejuvError('haproxy-down', facts);
  }

  private view(id: string, row: Row, counts: boolean): ServerRow {
    const [backend = '', server = ''] = id.split('/');
    const target = this.shop.at(row.address);
    const admin = adminStateOf(row.bits);
    const now = this.shop.clock.monotonic();
    const { well, standing } = this.checks(row);
    const operational = this.operational(row);
    const sessions = sessionsOf(target, admin, now - row.since);
    if (counts && (admin === 'ready' || target.bound > 0)) row.total += sessions;
    return {
      id: { backend: backendName(backend), server: serverName(server) },
      address: row.address,
      port: target.port,
      adminBits: row.bits,
      admin,
      operational,
      status: admin === 'maint' ? 'MAINT' : operational.toUpperCase(),
      byAgent: false,
      weight: row.weight,
      setWeight: row.weight,
      configuredWeight: row.configuredWeight,
      maxSessions: row.maxSessions,
      haproxyBackup: false,
      check: {
        enabled: row.checked,
        passed: operational === 'up' && row.checked,
        status: admin === 'maint' || !row.checked ? '' : operational === 'up' ? 'L7OK' : 'L7STS',
        health: admin === 'maint' ? null : standing >= checkedAfterMs && well ? 4 : 2,
        rise: admin === 'maint' ? null : 2,
        fall: admin === 'maint' ? null : 3,
      },
      agent: { configured: row.agentConfigured, enabled: row.agentEnabled },
      sessions,
      queue: 0,
      sessionsTotal: row.total,
      errorsTotal: target.errors,
      responseMs: target.responseMs,
      secondsSinceChange: Math.floor((now - row.since) / 1000),
    };
  }
}
