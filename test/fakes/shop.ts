import type { Clock } from '../../src/domain/seams.ts';

/** One server of the fake shop: its application, its host, and what clients do to it. */
export interface FakeServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  running: boolean;
  /** HAProxy's own check passes while the application runs. */
  passesCheck: boolean;
  /** The direct probe passes while the application runs. */
  passesProbe: boolean;
  /** Requests in progress per load balancer while ready. */
  busy: number;
  /** How long a request takes to end once nothing new comes. */
  requestMs: number;
  /** Requests of clients bound by a cookie: they stay in drain and leave in maint. */
  bound: number;
  /** Requests that never end by themselves. */
  stuck: number;
  /** Answers that failed, so far, per load balancer. */
  errors: number;
  /** How long it takes to the first byte, as HAProxy averages it. */
  responseMs: number;
  bootId: string;
  bootedAt: number;
  boots: number;
  /** When the application last started or stopped, monotonic. */
  changedAt: number;
  /** When it last began or ceased to hang, monotonic. */
  hungAt: number;
}

/** The servers that both fake load balancers see, and that the fake hosts log in to. */
export class FakeShop {
  readonly servers = new Map<string, FakeServer>();
  readonly clock: Clock;

  constructor(clock: Clock, names: readonly string[]) {
    this.clock = clock;
    for (const [index, name] of names.entries()) {
      this.servers.set(name, {
        name,
        address: `10.0.0.${21 + index}`,
        port: 8080,
        running: true,
        passesCheck: true,
        passesProbe: true,
        busy: 0,
        requestMs: 1_000,
        bound: 0,
        stuck: 0,
        errors: 0,
        responseMs: 5,
        bootId: bootIdOf(index, 0),
        bootedAt: clock.monotonic() - 30 * 24 * 3_600_000,
        boots: 0,
        changedAt: clock.monotonic() - 3_600_000,
        hungAt: clock.monotonic() - 3_600_000,
      });
    }
  }

  server(name: string): FakeServer {
    const server = this.servers.get(name);
    if (server === undefined) throw new Error(`the fake shop has no ${name}`);
    return server;
  }

  at(address: string): FakeServer {
    const server = [...this.servers.values()].find((candidate) => candidate.address === address);
    if (server === undefined) throw new Error(`no fake server at ${address}`);
    return server;
  }

  setRunning(name: string, running: boolean): void {
    const server = this.server(name);
    if (server.running === running) return;
    server.running = running;
    server.changedAt = this.clock.monotonic();
  }

  /** The probe fails while HAProxy's own checks pass; or it is over. */
  setHanging(name: string, hangs: boolean): void {
    const server = this.server(name);
    if (server.passesProbe !== hangs) return;
    server.passesProbe = !hangs;
    server.hungAt = this.clock.monotonic();
  }

  /** What a power cycle does. */
  boot(name: string): void {
    const server = this.server(name);
    server.boots += 1;
    server.bootId = bootIdOf([...this.servers.keys()].indexOf(name), server.boots);
    server.bootedAt = this.clock.monotonic();
    server.changedAt = this.clock.monotonic();
    server.running = true;
  }
}

function bootIdOf(server: number, boot: number): string {
  return `0000000${server}-0000-4000-8000-${String(boot).padStart(12, '0')}`;
}
