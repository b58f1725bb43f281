import type { World } from '../control/world.ts';
import type { Clock, Cron, Hosts, MetricSource, SampleStore, Store } from '../domain/seams.ts';
import type { Settings } from '../domain/settings.ts';
import type { SourceSettings } from '../domain/sources.ts';
import { createFreezeFiles } from '../io/ical/freeze-files.ts';
import { createNewId } from '../io/new-id.ts';
import { createRunner } from '../io/runner.ts';
import { createAdapters } from './adapters.ts';

export type CreateSource = (
  settings: SourceSettings,
  tools: { readonly clock: Clock; readonly hosts: Hosts },
) => MetricSource;

/** What is the same in every world of this process. */
export interface Ground {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly store: Store;
  readonly samples: SampleStore;
  /** Makes one source of the config file; nothing is connected yet. */
  readonly createSource: CreateSource;
  readonly cron: Cron;
  readonly source: World['source'];
  readonly onEvent: World['onEvent'];
  readonly onTurn?: World['onTurn'];
}

/** The real adapters for these settings, as the engine wants them. Nothing is connected yet. */
export function plugIn(settings: Settings, ground: Ground): World {
  const { clock, env, store, samples, createSource, cron, source, onEvent, onTurn } = ground;
  const adapters = createAdapters(settings, clock, env);
  return {
    settings,
    loadBalancers: adapters.loadBalancers,
    hosts: adapters.hosts,
    probe: adapters.probe,
    store,
    samples,
    sourceOf: (one) => createSource(one, { clock, hosts: adapters.hosts }),
    clock,
    runner: createRunner(clock),
    cron,
    freezeFiles: createFreezeFiles(),
    newId: createNewId(clock),
    onEvent,
    ...(onTurn === undefined ? {} : { onTurn }),
    source,
    close: async () => await adapters.close(),
  };
}
