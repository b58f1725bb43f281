import type { World } from '../control/world.ts';
import type { Clock, Cron, SampleStore, Store } from '../domain/seams.ts';
import type { Settings } from '../domain/settings.ts';
import { createFreezeFiles } from '../io/ical/freeze-files.ts';
import { createMarkers } from '../io/markers.ts';
import { createAlerts } from '../io/metrics/alerts.ts';
import { createMetricSource } from '../io/metrics/metric-source.ts';
import { createNewId } from '../io/new-id.ts';
import { createRunner } from '../io/runner.ts';
import { createAdapters } from './adapters.ts';

/** What is the same in every world of this process. */
export interface Ground {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly store: Store;
  readonly samples: SampleStore;
  readonly cron: Cron;
  readonly source: World['source'];
  readonly onEvent: World['onEvent'];
  readonly onTurn?: World['onTurn'];
}

/** The real adapters for these settings, as the engine wants them. Nothing is connected yet. */
export function plugIn(settings: Settings, ground: Ground): World {
  const { clock, env, store, samples, cron, source, onEvent, onTurn } = ground;
  const adapters = createAdapters(settings, clock, env);
  const alerts = createAlerts(clock);
  return {
    settings,
    loadBalancers: adapters.loadBalancers,
    hosts: adapters.hosts,
    probe: adapters.probe,
    store,
    samples,
    sourceOf: (one) => createMetricSource(one, { clock, hosts: adapters.hosts }),
    alerts,
    markers: createMarkers(),
    clock,
    runner: createRunner(clock),
    cron,
    freezeFiles: createFreezeFiles(),
    newId: createNewId(clock),
    onEvent,
    ...(onTurn === undefined ? {} : { onTurn }),
    source,
    async close() {
      alerts.close();
      await adapters.close();
    },
  };
}
