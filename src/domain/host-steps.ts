import type { ServerId } from './names.ts';
import type { GoAhead, ProbeSettings, SshSettings } from './settings.ts';

/** The steps that reach past the load balancers: to the host of a server, to its application, to the shop itself. */

/** Starts the application of a sleeping server; nothing is done where the probe answers already. */
export interface WakeStep {
  readonly kind: 'wake';
  readonly server: ServerId;
  readonly host: SshSettings;
  readonly command: string;
  readonly stop: string | null;
  readonly deadlineMs: number;
  readonly probe: ProbeSettings | null;
}

/** Stops the application of a spare. */
export interface SleepStep {
  readonly kind: 'sleep';
  readonly server: ServerId;
  readonly host: SshSettings;
  readonly command: string;
  readonly deadlineMs: number;
}

/** The application probe, straight at the server, so many times in a row. */
export interface ProbeStep {
  readonly kind: 'probe';
  readonly server: ServerId;
  readonly probe: ProbeSettings;
}

/** A command on one host. At least once, unless `once`: then a doubt ends the operation. */
export interface RunStep {
  readonly kind: 'run';
  readonly server: ServerId;
  readonly host: SshSettings;
  readonly command: string;
  readonly deadlineMs: number;
  readonly once: boolean;
}

/** Files from one server to another, over SFTP. */
export interface CopyStep {
  readonly kind: 'copy';
  readonly server: ServerId;
  readonly fromHost: SshSettings;
  readonly from: string;
  readonly toServer: ServerId;
  readonly toHost: SshSettings;
  readonly to: string;
  readonly deadlineMs: number;
}

/** Warm-up requests, straight at the server. */
export interface RequestStep {
  readonly kind: 'request';
  readonly server: ServerId;
  /** With {address} and {port}. */
  readonly url: string;
  readonly times: number;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
}

/** A reboot, proven by another boot id and an uptime shorter than the time passed. */
export interface RebootStep {
  readonly kind: 'reboot';
  readonly server: ServerId;
  readonly host: SshSettings;
  readonly command: string;
  readonly deadlineMs: number;
}

/** The shop's own word before the first action; asked until it says yes. */
export interface GoAheadStep {
  readonly kind: 'go-ahead';
  readonly server: ServerId;
  readonly ask: GoAhead;
}
