import type { AlertBlocker, FiringAlert } from './blockers.ts';
import type { CronPattern, Freeze, FreezeFile } from './calendar.ts';
import type { Boot } from './boot.ts';
import type { Event } from './event.ts';
import type { RejuvError } from './errors.ts';
import type { FigureName } from './figure.ts';
import type { Measurements, Reading, SampleTrouble } from './sample.ts';
import type { SampledSource, SourceSettings } from './sources.ts';
import type { Records } from './records.ts';
import type { BackendName, LoadBalancerName, ServerId } from './names.ts';
import type { AdminState } from './server.ts';
import type { SshSettings } from './settings.ts';
import type { LoadBalancerView } from './snapshot.ts';

/**
 * Every outside contract, on one page. Each has a real adapter under io/ and a stateful fake under test/fakes/.
 * An AbortSignal is the last argument of everything that waits; when it fires, the call rejects with the signal's
 * reason. Whoever opens closes, in reverse order.
 */

/** Wall and monotonic time, timers. The only source of time. */
export interface Clock {
  /** Wall time, Unix milliseconds. */
  now(): number;
  /** Milliseconds that never jump; their zero means nothing. */
  monotonic(): number;
  /** Rejects with the signal's reason when it fires first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls `fire` once, never before `ms` have passed. Gives how to call that off. */
  after(ms: number, fire: () => void): () => void;
  /** A signal that fires with `reason` after `ms`; `clear` releases its timer. */
  timeout(ms: number, reason: Error): { readonly signal: AbortSignal; clear(): void };
}

/**
 * The runtime API of one load balancer. One command at a time per connection; every call has its own deadline.
 * Raises: socket-missing, socket-denied, haproxy-down, haproxy-silent, not-haproxy, reply-truncated, reply-too-long,
 * and over SSH those of Hosts.connect.
 */
export interface LoadBalancer {
  readonly name: LoadBalancerName;
  /**
   * Process, backends and servers as they are now. `backends` names the ones of interest; null reads all.
   * A backend that does not exist is missing from the answer; it is not an error here. Raises also: old-process.
   */
  read(backends: readonly BackendName[] | null, signal: AbortSignal): Promise<LoadBalancerView>;
  /**
   * The same, with what old workers of before a reload still hold, asked through the master socket. A master that gives no
   * usable answer is not an error here: the view says `unknown`, and why. Raises as read.
   */
  readClosely(backends: readonly BackendName[] | null, signal: AbortSignal): Promise<LoadBalancerView>;
  /** Raises also: backend-missing, server-missing, haproxy-level, haproxy-refused, old-process. */
  setAdmin(server: ServerId, state: AdminState, signal: AbortSignal): Promise<void>;
  /** Switches the server's agent check. Raises as setAdmin. */
  setAgent(server: ServerId, enabled: boolean, signal: AbortSignal): Promise<void>;
  /** Sets the weight of a server, 0 to 256. Raises as setAdmin; haproxy-refused where the balancing is a static one. */
  setWeight(server: ServerId, weight: number, signal: AbortSignal): Promise<void>;
  /**
   * Closes the idle connections that HAProxy keeps to a server in maint from before it went out; gives how many there were.
   * Raises as setAdmin; also: idle-kept.
   */
  closeIdle(server: ServerId, signal: AbortSignal): Promise<number>;
  /** Cuts the remaining sessions of one server. Raises as setAdmin. */
  closeSessions(server: ServerId, signal: AbortSignal): Promise<void>;
  /** The level that the socket grants to us. */
  level(signal: AbortSignal): Promise<'user' | 'operator' | 'admin'>;
  close(): Promise<void>;
}

/** What a command on a host gave. `status` is null when the connection ended before an exit status came. */
export interface CommandResult {
  readonly status: number | null;
  /** Name of the signal that ended it, such as `KILL`. */
  readonly endedBy: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** True when output beyond the limit was dropped. */
  readonly truncated: boolean;
}

/** One logged-in host. Raises: host-lost, command-deadline. */
export interface Host {
  /** `user@host:port`, for people. */
  readonly name: string;
  /** Runs a shell command as written in the config; resolves whatever its exit status. */
  run(command: string, deadlineMs: number, signal: AbortSignal): Promise<CommandResult>;
  /** Boot id and uptime, validated. Raises also: command-failed. */
  boot(signal: AbortSignal): Promise<Boot>;
  /**
   * Orders a reboot by one guarded command: only if the boot id is still `bootId`; the host acknowledges before the
   * connection dies. `ordered`: it acknowledged. `dropped`: so it did, then the connection ended. `other-boot`: it runs another boot already, nothing was ordered.
   * `unknown`: the connection ended without an answer; only the boot id will tell. Raises also: command-failed,
   * command-not-found, sudo-password when the command itself says so in time.
   */
  reboot(command: string, bootId: string, deadlineMs: number, signal: AbortSignal): Promise<RebootOrder>;
  close(): Promise<void>;
}

export type RebootOrder = 'ordered' | 'dropped' | 'other-boot' | 'unknown';

/** A file or directory on a host. */
export interface RemotePath {
  readonly host: SshSettings;
  readonly path: string;
}

/**
 * Hosts over SSH. Raises: host-unreachable, host-key-unknown, host-key-changed, known-hosts-unreadable,
 * login-refused, key-unusable.
 */
export interface Hosts {
  connect(host: SshSettings, signal: AbortSignal): Promise<Host>;
  /** Copies a file, or what is in a directory, over SFTP. Raises also: copy-failed, command-deadline. */
  copy(from: RemotePath, to: RemotePath, deadlineMs: number, signal: AbortSignal): Promise<CopyResult>;
}

export interface CopyResult {
  readonly files: number;
  readonly bytes: number;
}

/** One HTTP request straight at a server. Never raises but by the signal: a failure is an answer too. */
export interface Probe {
  get(url: string, timeoutMs: number, signal: AbortSignal): Promise<ProbeAnswer>;
}

export type ProbeAnswer =
  | { readonly status: number; readonly problem: null; readonly tookMs: number }
  | { readonly status: null; readonly problem: string; readonly tookMs: number };

/** The server that a source is asked about. */
export interface MetricTarget {
  readonly id: ServerId;
  /** As the load balancers know it. */
  readonly address: string;
  readonly port: number;
  /** Null: nobody can log in. */
  readonly ssh: SshSettings | null;
}

/**
 * One source of figures. Raises: source-unreachable, source-refused, source-unusable (with what is wrong and where), and
 * over SSH those of Hosts.connect and Host.run.
 */
export interface MetricSource {
  readonly settings: SourceSettings;
  /** What it says of one server now: at most one value per figure, finite. What it does not say is missing. */
  read(target: MetricTarget, signal: AbortSignal): Promise<readonly Reading[]>;
  close(): Promise<void>;
}

/**
 * Samples, apart from the records: bounded, and kept over a restart but for the last seconds. They never stand in the way
 * of a start: what is damaged is set aside, and what cannot be written is kept in memory alone.
 */
export interface SampleStore extends Measurements {
  /**
   * Values of one server at one instant, from one source; what is not finite is missing. An instant not after the last
   * one of that source is dropped, unless it is more than ten minutes before: then the clock was wrong, and what was
   * kept under later instants is forgotten.
   */
  keep(server: ServerId, source: SampledSource, values: ReadonlyMap<FigureName, number>, at: number): void;
  /** A source gave nothing usable. */
  failed(server: ServerId, source: SampledSource, problem: RejuvError): void;
  /** The host or the application has started at this instant: what was before is another life. */
  started(server: ServerId, at: number): void;
  /** What is wrong with the samples on the disk now. */
  troubles(): readonly SampleTrouble[];
  /** Writes what is not on the disk yet. Raises: samples-unwritable. */
  flush(): Promise<void>;
  /** Flushes. Raises: samples-unwritable. */
  close(): Promise<void>;
}

/** The records: append only, one writer. */
export interface Store {
  /** Everything recorded so far, folded. */
  readonly records: Records;
  /** Resolves when the event is on the disk. Raises: records-unwritable. */
  append(event: Event): Promise<void>;
  close(): Promise<void>;
}

/** Who may act. On one machine it is granted at once. */
export interface Lease {
  /** Resolves once this sidecar may act; raises records-locked when another one does. */
  acquire(signal: AbortSignal): Promise<void>;
  release(): Promise<void>;
}

/** Alerts that fire in a Prometheus or an Alertmanager. Raises: alerts-unknown. */
export interface Alerts {
  firing(blocker: AlertBlocker, signal: AbortSignal): Promise<readonly FiringAlert[]>;
}

/** Files on the sidecar's machine that say something by being there. Raises: marker-unreadable. */
export interface Markers {
  /** When it was last written, Unix milliseconds; null: it is not there. */
  writtenAt(path: string): Promise<number | null>;
}

/** Commands on the sidecar's own machine. */
export interface Runner {
  /** Runs a configured command; never raises but by the signal. */
  run(
    command: string,
    environment: Readonly<Record<string, string>>,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<CommandResult>;
}

/** What cron expressions mean. */
export interface Cron {
  /** @throws RangeError for an expression that the config reader would have refused. */
  pattern(expression: string): CronPattern;
}

/** iCalendar files on the sidecar's machine. */
export interface FreezeFiles {
  /** Every event that touches the time from `fromAt` to `untilAt`, repetitions written out. Raises: freeze-unreadable. */
  read(file: FreezeFile, fromAt: number, untilAt: number): Promise<readonly Freeze[]>;
}
