import type { RejuvFile } from './rejuv-file.ts';

/** One server of the backend `shop`. */
export interface ServerOptions {
  readonly name: string;
  /** HAProxy's configuration says `disabled` (the spare). */
  readonly disabled?: boolean;
  /** The application starts at every boot; by default it does where the server is not `disabled`. */
  readonly enabled?: boolean;
  /** More words for its server line, for example `maxconn 2`. */
  readonly words?: string;
  /** How long it seems to have been running when the lab starts; 30 days by default. */
  readonly agedDays?: number;
  /** Absent from the backend of that load balancer. */
  readonly missingOn?: 'lb-a' | 'lb-b';
}

/** What a lab changes in the shipped haproxy/pair.cfg. */
export interface HaproxyOptions {
  /** Another HAProxy than the one in the path. */
  readonly binary?: string;
  /** Interval of the health checks; 250ms by default, so that tests do not wait. */
  readonly inter?: string;
  readonly fall?: number;
  readonly rise?: number;
  /** Servers without any health check. */
  readonly unchecked?: boolean;
  readonly agentCheck?: boolean;
  readonly persistence?: 'cookie' | 'stick' | 'none';
  readonly redispatch?: boolean;
  readonly stateFile?: boolean;
  /** `stats maxconn` of the runtime sockets; HAProxy's own default is 10. */
  readonly statsMaxconn?: number;
  /** More words for every server of the backend `shop`. */
  readonly serverWords?: string;
  /** More lines for the backend `shop`. */
  readonly backendLines?: readonly string[];
  /** More sections at the end of the file: backends, listeners. */
  readonly sections?: string;
}

export interface LabOptions {
  /** A number means web1..webN, the last one a sleeping spare; 4 by default. */
  readonly servers?: number | readonly ServerOptions[];
  /** Names of hosts with an sshd and without a shop, outside of the pair. */
  readonly extra?: readonly string[];
  readonly haproxy?: HaproxyOptions;
  /** How long a rebooting server is away; 300 by default. */
  readonly downMs?: number;
  /** Time between the order to reboot and the loss of the network; 200 by default, so that SSH can say goodbye. */
  readonly graceMs?: number;
  /** rejuv's key may do on each host only what examples/authorized_keys and examples/rejuv-login let through. */
  readonly restricted?: boolean;
  /**
   * Each server has a real node exporter at port 9100, and a /proc/meminfo of its own: what its processes hold is
   * real, the size of its memory (512 MiB) is not.
   */
  readonly measured?: boolean;
  /** Changes rejuv's configuration file before it is written. */
  readonly configure?: (file: RejuvFile) => void;
  /** Start without waiting for the servers to be up on both load balancers. */
  readonly noWait?: boolean;
}

/** The servers that the options ask for. */
export function wantedServers(options: LabOptions): ServerOptions[] {
  const { servers = 4 } = options;
  if (typeof servers !== 'number') return [...servers];
  return Array.from({ length: servers }, (_, index) => ({
    name: `web${index + 1}`,
    ...(servers > 1 && index === servers - 1 ? { disabled: true } : {}),
  }));
}
