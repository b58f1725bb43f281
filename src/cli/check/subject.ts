import type {
  Alerts,
  Clock,
  Cron,
  FreezeFiles,
  Hosts,
  LoadBalancer,
  Markers,
  Probe,
  Runner,
} from '../../domain/seams.ts';
import type { Settings } from '../../domain/settings.ts';
import type { SourceSettings } from '../../domain/sources.ts';
import type { ExaminableSource } from '../../io/metrics/look.ts';

/** What is examined, and through what. */
export interface Subject {
  readonly settings: Settings;
  readonly loadBalancers: readonly LoadBalancer[];
  /** The master sockets that are configured. `workers` raises those of LoadBalancer.read. */
  readonly masters: readonly {
    readonly name: string;
    workers(
      signal: AbortSignal,
    ): Promise<{ readonly current: readonly number[]; readonly old: readonly number[] }>;
  }[];
  /** What each load balancer may carry, and carries. `read` raises those of LoadBalancer.read. */
  readonly limits: readonly {
    readonly name: string;
    read(signal: AbortSignal): Promise<{ readonly maxconn: number; readonly connections: number }>;
  }[];
  readonly hosts: Hosts;
  readonly probe: Probe;
  /** Commands on this machine; only such that read are given to it. */
  readonly runner: Runner;
  readonly clock: Clock;
  readonly cron: Cron;
  readonly freezeFiles: FreezeFiles;
  readonly alerts: Alerts;
  readonly markers: Markers;
  /** A source of figures of its own, which the examination closes. */
  readonly sourceOf: (settings: SourceSettings) => ExaminableSource;
}
