import type { LoadBalancer } from '../../domain/seams.ts';
import type { LoadBalancerSettings } from '../../domain/settings.ts';
import type { HttpCheck } from './haproxy-cfg.ts';

/** A runtime socket on this machine that an HAProxy may answer at; nobody was asked yet. */
export interface FoundSocket {
  /** As the config file writes it: a path, or `tcp://host:port`. */
  readonly socket: string;
  /** Path of the master CLI of the same HAProxy, where its command line names one that exists. */
  readonly master: string | null;
  /** The HTTP checks of its haproxy.cfg, by backend; empty where the file cannot be read. */
  readonly checks: ReadonlyMap<string, HttpCheck>;
}

/** Load balancers that can be asked, in the order they were named. */
export interface Connected {
  readonly loadBalancers: readonly LoadBalancer[];
  close(): Promise<void>;
}

/** What `rejuv init` looks at outside of this process. */
export interface Surroundings {
  /** The sockets that this machine's processes and usual places point at. Reads files only, and never raises. */
  findSockets(): Promise<readonly FoundSocket[]>;
  /** A file is there, as far as this user can see. */
  exists(path: string): Promise<boolean>;
  /** Nothing is opened yet: each one connects when it is first asked. */
  connect(pair: readonly LoadBalancerSettings[]): Promise<Connected>;
}
