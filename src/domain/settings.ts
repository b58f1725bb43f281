import type { AgingRule } from './aging.ts';
import type { BakeMargins } from './bake.ts';
import type { Blockers } from './blockers.ts';
import type { CalendarSettings, Schedule } from './calendar.ts';
import type { CapacitySettings } from './capacity.ts';
import type { BackendName, LoadBalancerName, ServerId, ServerName } from './names.ts';
import type { Role } from './server.ts';
import type { SourceSettings } from './sources.ts';

/** What the config file means, once every problem is out of it. Frozen. Durations in milliseconds. */
export interface Settings {
  /** Exactly two: a pair. */
  readonly loadBalancers: readonly LoadBalancerSettings[];
  /** Directory of the records. */
  readonly stateDirectory: string;
  readonly listen: ListenSettings;
  readonly pollMs: number;
  /** How long old HAProxy workers may live on after a reload; no reboot for so long after a process change. */
  readonly oldWorkersGoneMs: number;
  /** What an operation does while one load balancer does not answer, before it is past its drain. */
  readonly whenOneIsDown: WhenOneIsDown;
  /** Run on the sidecar's machine when a person is to be told; the alert is in its environment. */
  readonly onAlert: string | null;
  /** For all backends together. */
  readonly calendar: CalendarSettings;
  readonly backends: readonly BackendSettings[];
}

export type WhenOneIsDown = 'block' | 'continue';

export interface ListenSettings {
  readonly path: string;
  /** Group of the socket file; null leaves it to the process. */
  readonly group: string | null;
}

export interface LoadBalancerSettings {
  readonly name: LoadBalancerName;
  readonly socket: SocketAddress;
  /** The master CLI, if configured. */
  readonly master: SocketAddress | null;
}

/** Where a runtime API listens. */
export type SocketAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'ssh'; readonly login: SshSettings; readonly path: string };

/** How to log in to one host. */
export interface SshSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Path of the private key; null when only the agent is used. */
  readonly privateKey: string | null;
  /** Use the agent at SSH_AUTH_SOCK. */
  readonly agent: boolean;
  /** Path of the known_hosts file. */
  readonly knownHosts: string;
  readonly connectTimeoutMs: number;
}

/** active-standby: spares serve nothing until they are needed · active-active: all serve, and the rest carries on. */
export type Mode = 'active-standby' | 'active-active';

export interface BackendSettings {
  readonly name: BackendName;
  readonly mode: Mode;
  readonly minServing: number;
  /** Count servers without a HAProxy check as serving. */
  readonly allowUnchecked: boolean;
  readonly servers: readonly ServerSettings[];
  readonly probe: ProbeSettings | null;
  readonly spare: SpareSettings;
  readonly duplex: readonly HandOver[];
  readonly drain: DrainSettings;
  readonly actions: readonly Action[];
  /** How the weight of a server grows that enters service; null: whole at once. */
  readonly ramp: RampSettings | null;
  /** How a server that enters service is compared with its peers; null: it is not. */
  readonly bake: BakeSettings | null;
  readonly rolling: RollingSettings;
  readonly schedule: readonly Schedule[];
  readonly calendar: CalendarSettings;
  /** Null: nobody watches for faults, `status` alone shows what HAProxy says. */
  readonly faults: FaultSettings | null;
  /** Where measured figures come from; none: only HAProxy's own and those of the hosts' boots. */
  readonly sources: readonly SourceSettings[];
  /** What makes a server eligible for rejuvenation by itself, in the order of the file, `unstable` first. */
  readonly rules: readonly AgingRule[];
  /** What outside rejuv holds it up, that of all backends included. */
  readonly blockers: Blockers;
  /** Null: whether the others could carry the traffic is not asked. */
  readonly capacity: CapacitySettings | null;
  /** Asked last before the first action; null: nobody is asked. */
  readonly goAhead: GoAhead | null;
}

/** The shop's own word before the first action. */
export type GoAhead =
  | { readonly kind: 'run'; readonly command: string; readonly deadlineMs: number }
  | { readonly kind: 'http'; readonly url: string; readonly expect: number; readonly deadlineMs: number };

export interface ServerSettings {
  readonly name: ServerName;
  /** Null: manual verbs only. */
  readonly ssh: SshSettings | null;
  /** At the first start; later the records know better. */
  readonly role: Role;
  /** Servers of other backends on the same host: drained, and put back, in the same operation. */
  readonly sameHost: readonly ServerId[];
}

export interface ProbeSettings {
  /** With the placeholders {address}, {port}, {server}, {backend}. */
  readonly url: string;
  readonly expect: number;
  readonly passes: number;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
}

export interface SpareSettings {
  readonly start: string | null;
  readonly stop: string | null;
  /** For each of the two commands. */
  readonly deadlineMs: number;
}

/** On which side of a rejuvenation: the aged server, or the one that takes its state over: the spare, or the receiver. */
export type Side = 'aged' | 'spare';

export type HandOver =
  | { readonly kind: 'run'; readonly on: Side; readonly command: string; readonly deadlineMs: number }
  | { readonly kind: 'copy'; readonly from: string; readonly to: string; readonly deadlineMs: number }
  | {
      readonly kind: 'request';
      readonly on: Side;
      readonly path: string;
      readonly times: number;
      readonly deadlineMs: number;
    };

export interface DrainSettings {
  /** Grace for clients bound by a cookie or a stick table. */
  readonly persistenceMs: number;
  readonly deadlineMs: number;
  readonly atDeadline: 'wait' | 'abort' | 'close';
}

/** How a person's rejuvenation of all servers goes. */
export interface RollingSettings {
  /** It stops once more than so many have not gone well. */
  readonly maxFailed: number;
  /** From the end of one server to the beginning of the next. */
  readonly pauseMs: number;
  /** After so many servers it waits for a person. */
  readonly askAfter: readonly number[];
}

export interface RampSettings {
  /** Shares of its weight, rising, the last one 1. */
  readonly steps: readonly number[];
  readonly everyMs: number;
}

export interface BakeSettings extends BakeMargins {
  readonly forMs: number;
}

export type Action =
  | { readonly kind: 'run'; readonly command: string; readonly deadlineMs: number; readonly once: boolean }
  | { readonly kind: 'reboot'; readonly command: string; readonly deadlineMs: number };

/** How the faults of one backend are noticed, and what follows. Durations in milliseconds. */
export interface FaultSettings {
  /** From one look at a load balancer, a probe or a login to the next; the storm hold lasts as long. */
  readonly everyMs: number;
  /** So many failures in a row of the watchdog or of SSH are believed. HAProxy counts its own. */
  readonly fall: number;
  /** So many passes in a row are believed. */
  readonly rise: number;
  /** The application probe, straight at the server. */
  readonly watchdog: boolean;
  /** A login that reads the boot id, on servers that have `ssh`. */
  readonly ssh: boolean;
  readonly onFault: 'failover' | 'alert';
  /** In order, until one is proven to have helped. */
  readonly recover: readonly RecoveryStep[];
  /** automatic: a repaired server takes its place back; manual: it becomes a spare. */
  readonly failback: 'manual' | 'automatic';
  readonly checkpoint: CheckpointSettings | null;
  readonly storm: StormSettings;
  readonly flap: FlapSettings;
}

export type RecoveryStep =
  | { readonly kind: 'run'; readonly command: string; readonly deadlineMs: number }
  | { readonly kind: 'reboot'; readonly command: string; readonly deadlineMs: number }
  /** On the sidecar's own machine, never a second time; placeholders {address}, {server}, {backend}. */
  | { readonly kind: 'power-cycle'; readonly command: string; readonly deadlineMs: number };

/** Where a step of a checkpoint runs: the primary whose state it is, the spare that takes over, or the store. */
export type CheckpointSide = 'primary' | 'receiver' | 'store';

/** Commands and paths with the placeholders {backend}, {server} (the primary) and {slot}. */
export type CheckpointStep =
  | {
      readonly kind: 'run';
      readonly on: CheckpointSide;
      readonly command: string;
      readonly deadlineMs: number;
    }
  | { readonly kind: 'copy'; readonly from: string; readonly to: string; readonly deadlineMs: number };

export interface CheckpointSettings {
  readonly everyMs: number;
  /** Older than this is a finding, and said when a failover has to use it. */
  readonly maxAgeMs: number;
  /** So many are kept, in turn under {slot} 1 to `keep`. */
  readonly keep: number;
  /** The host that keeps them; null: the spare that would take over. */
  readonly store: SshSettings | null;
  /** From the primary to where it is kept. */
  readonly steps: readonly CheckpointStep[];
  /** After a failover, before traffic moves: from where it is kept into the spare. */
  readonly restore: readonly CheckpointStep[];
}

export interface StormSettings {
  /** Above 0, at most 1: of the servers of the backend. */
  readonly share: number;
  readonly windowMs: number;
  readonly quietMs: number;
}

export interface FlapSettings {
  readonly times: number;
  readonly windowMs: number;
}

export function findBackend(settings: Settings, name: string): BackendSettings | undefined {
  return settings.backends.find((backend) => backend.name === name);
}

export function findServer(backend: BackendSettings, name: string): ServerSettings | undefined {
  return backend.servers.find((server) => server.name === name);
}

/** As it is written in the config file. */
export function formatAddress(address: SocketAddress): string {
  switch (address.kind) {
    case 'unix':
      return address.path;
    case 'tcp':
      return `tcp://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
    case 'ssh':
      return `ssh://${address.login.user}@${address.login.host}:${address.login.port}${address.path}`;
  }
}
