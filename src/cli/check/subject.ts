import type { Clock, Hosts, LoadBalancer, Probe } from '../../domain/seams.ts';
import type { Settings } from '../../domain/settings.ts';

/** What is examined, and through what. */
export interface Subject {
  readonly settings: Settings;
  readonly loadBalancers: readonly LoadBalancer[];
  /** The master sockets that are configured. `workers` raises those of LoadBalancer.read. */
  readonly masters: readonly {
    readonly name: string;
    workers(signal: AbortSignal): Promise<{ readonly workers: number; readonly oldWorkers: number }>;
  }[];
  readonly hosts: Hosts;
  readonly probe: Probe;
  readonly clock: Clock;
}
