import type { World } from '../control/world.ts';
import type { Clock, Cron, Store } from '../domain/seams.ts';
import type { Settings } from '../domain/settings.ts';
import { createFreezeFiles } from '../io/ical/freeze-files.ts';
import { createNewId } from '../io/new-id.ts';
import { createRunner } from '../io/runner.ts';
import { createAdapters } from './adapters.ts';

/** What is the same in every world of this process. */
export interface Ground {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly store: Store;
  readonly cron: Cron;
  readonly source: World['source'];
  readonly onEvent: World['onEvent'];
  readonly onTurn?: World['onTurn'];
}

/** The real adapters for these settings, as the engine wants them. Nothing is connected yet. */
export function plugIn(settings: Settings, ground: Ground): World {
  const { clock, env, store, cron, source, onEvent, onTurn } = ground;
  const adapters = createAdapters(settings, clock, env);
  return {
    settings,
    loadBalancers: adapters.loadBalancers,
    hosts: adapters.hosts,
    probe: adapters.probe,
    store,
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
