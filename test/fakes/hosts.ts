import type { Boot } from '../../src/domain/boot.ts';
import { RejuvError } from '../../src/domain/errors.ts';
import type {
  CommandResult,
  CopyResult,
  Host,
  Hosts,
  RebootOrder,
  RemotePath,
} from '../../src/domain/seams.ts';
import type { SshSettings } from '../../src/domain/settings.ts';
import { Faults } from './faults.ts';
import type { FakeShop } from './shop.ts';

/** What a reboot order does to a host. */
export type RebootFate = 'reboots' | 'nothing' | 'never-returns' | 'drops-ssh' | 'returns-sick';

/** The hosts of the fake shop behind one SSH door. */
export class FakeHosts implements Hosts {
  readonly faults = new Faults();
  readonly fates = new Map<string, RebootFate>();
  /** Answers other than exit status 0, by command. */
  readonly answers = new Map<string, Partial<CommandResult>>();
  /** Commands that take their time, in milliseconds. */
  readonly slow = new Map<string, number>();
  /** Looks at each action on a server before it is done: reboots, and commands that a server in service must not see. */
  onAct: (server: string, what: string) => void = () => undefined;
  private readonly away = new Map<string, number>();
  private readonly shop: FakeShop;

  constructor(shop: FakeShop) {
    this.shop = shop;
  }

  reconnect(server: string): void {
    this.away.delete(server);
  }

  /** Whoever was away for good is back. */
  recoverAll(): void {
    this.away.clear();
  }

  /** No SSH for so long, or until it is reconnected; its application is as it was. */
  cutOff(server: string, forMs = Number.POSITIVE_INFINITY): void {
    this.away.set(server, Math.max(this.away.get(server) ?? 0, this.shop.clock.monotonic() + forMs));
  }

  private isAway(server: string): boolean {
    return this.shop.clock.monotonic() < (this.away.get(server) ?? 0);
  }

  async connect(settings: SshSettings): Promise<Host> {
    await Promise.resolve();
    this.faults.pass('connect', settings.host);
    const server = this.shop.at(settings.host);
    if (this.isAway(server.name)) {
      throw new RejuvError('host-unreachable', { host: settings.host, problem: 'Connection refused' });
    }
    const name = `${settings.user}@${settings.host}`;
    return {
      name,
      run: async (command, _deadlineMs, signal) => await this.run(server.name, command, signal),
      boot: async () => await this.boot(server.name),
      reboot: async (command, bootId) => await this.reboot(server.name, command, bootId),
      close: () => Promise.resolve(),
    };
  }

  async copy(from: RemotePath, to: RemotePath): Promise<CopyResult> {
    await Promise.resolve();
    this.faults.pass('copy', `${from.host.host}:${from.path} ${to.host.host}:${to.path}`);
    return { files: 3, bytes: 300 };
  }

  private async run(server: string, command: string, signal: AbortSignal): Promise<CommandResult> {
    await this.shop.clock.sleep(this.slow.get(command) ?? 0, signal);
    this.faults.pass('run', `${server} ${command}`);
    if (this.isAway(server)) throw new RejuvError('host-lost', { host: server, command });
    if (command.includes('clean')) this.onAct(server, command);
    if (command.includes('start shop')) this.shop.setRunning(server, true);
    if (command.includes('stop shop')) this.shop.setRunning(server, false);
    const normal = { status: 0, endedBy: null, stdout: '', stderr: '', truncated: false };
    return { ...normal, ...this.answers.get(command) };
  }

  private async boot(server: string): Promise<Boot> {
    await Promise.resolve();
    this.faults.pass('boot', server);
    if (this.isAway(server)) {
      throw new RejuvError('host-lost', { host: server, command: 'cat' });
    }
    const { bootId, bootedAt } = this.shop.server(server);
    return { bootId, uptimeMs: this.shop.clock.monotonic() - bootedAt };
  }

  private async reboot(server: string, command: string, bootId: string): Promise<RebootOrder> {
    await Promise.resolve();
    this.faults.pass('reboot', `${server} ${command}`);
    if (this.isAway(server)) throw new RejuvError('host-lost', { host: server, command });
    if (this.shop.server(server).bootId !== bootId) return 'other-boot';
    this.onAct(server, command);
    const now = this.shop.clock.monotonic();
    const fate = this.fates.get(server) ?? 'reboots';
    if (fate === 'reboots' || fate === 'returns-sick') {
      this.shop.boot(server);
      this.shop.server(server).bootedAt = now + 5_000;
      this.away.set(server, now + 10_000);
      if (fate === 'returns-sick') this.shop.server(server).passesProbe = false;
    } else if (fate === 'never-returns') {
      this.away.set(server, Number.POSITIVE_INFINITY);
    } else if (fate === 'drops-ssh') {
      this.away.set(server, now + 5_000);
    }
    return fate === 'drops-ssh' ? 'unknown' : 'ordered';
  }
}
