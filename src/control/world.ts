import type { Event } from '../domain/event.ts';
import type {
  Alerts,
  Clock,
  Cron,
  FreezeFiles,
  Hosts,
  LoadBalancer,
  Markers,
  MetricSource,
  Probe,
  Runner,
  SampleStore,
  Store,
} from '../domain/seams.ts';
import type { Settings } from '../domain/settings.ts';
import type { SourceSettings } from '../domain/sources.ts';

/** Everything outside that the engine acts through. The composition root plugs in real adapters, the tests fakes. */
export interface World {
  readonly settings: Settings;
  /** In the order of the settings. */
  readonly loadBalancers: readonly LoadBalancer[];
  readonly hosts: Hosts;
  readonly probe: Probe;
  readonly store: Store;
  /** The same in every world of a process. */
  readonly samples: SampleStore;
  /** Nothing is connected yet; whoever asks for it closes it. */
  readonly sourceOf: (settings: SourceSettings) => MetricSource;
  readonly clock: Clock;
  readonly runner: Runner;
  readonly cron: Cron;
  readonly freezeFiles: FreezeFiles;
  readonly alerts: Alerts;
  readonly markers: Markers;
  /** A fresh operation id. */
  readonly newId: () => string;
  /** Told of every event once it is recorded: log lines, later metrics. */
  readonly onEvent: (event: Event) => void;
  /**
   * Told at the end of every turn of the poll loop, whether its look succeeded or not: the next one ends within
   * `withinMs`, or it hangs.
   */
  readonly onTurn?: (withinMs: number) => void;
  /** The sidecar, or a command that acts without one. */
  readonly source: 'sidecar' | 'direct';
  /** Closes what was opened for this world alone: connections, not the records. */
  close(): Promise<void>;
}
