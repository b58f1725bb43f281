import { createControl } from '../control/local-control.ts';
import { asRejuvError } from '../domain/errors.ts';
import { noRecords, type Records } from '../domain/records.ts';
import type { Clock, Store } from '../domain/seams.ts';
import type { Settings } from '../domain/settings.ts';
import { createCron } from '../io/cron.ts';
import { createMemorySamples } from '../io/samples/open-samples.ts';
import { createMemoryStore } from '../io/store/memory-store.ts';
import { openStore } from '../io/store/open-store.ts';
import { readRecords } from '../io/store/read-records.ts';
import type { Direct } from './outside.ts';
import { plugIn } from './plug-in.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** To act without a sidecar, under the lock of the records. Raises records-*. */
export async function openDirect(
  settings: Settings,
  clock: Clock,
  env: Environment,
  { unrecorded }: { readonly unrecorded: boolean },
): Promise<Direct> {
  const { stateDirectory: directory } = settings;
  if (!unrecorded) return control(settings, clock, env, await openStore({ directory }), []);
  // Where the lock can be had it is held, so that nobody else acts meanwhile.
  const lock = await openStore({ directory }).catch((thrown: unknown) => {
    if (asRejuvError(thrown).code === 'records-locked') throw thrown;
    return null;
  });
  const { records, warnings } = await whatIsRead(directory);
  const memory = createMemoryStore(records);
  const store: Store = {
    get records() {
      return memory.records;
    },
    append: async (event) => await memory.append(event),
    close: async () => await lock?.close(),
  };
  const meaning =
    'nothing is recorded: a sidecar started later takes this for a change by hand, leaves it alone, and cannot say why';
  return control(settings, clock, env, store, [meaning, ...warnings]);
}

/** To look only: no lock, nothing written. */
export async function openOnlooker(settings: Settings, clock: Clock, env: Environment): Promise<Direct> {
  const { records, warnings } = await whatIsRead(settings.stateDirectory);
  return control(settings, clock, env, createMemoryStore(records), warnings);
}

async function whatIsRead(
  directory: string,
): Promise<{ readonly records: Records; readonly warnings: readonly string[] }> {
  try {
    return { records: await readRecords(directory), warnings: [] };
  } catch (thrown) {
    const problem = asRejuvError(thrown).message;
    const without =
      'going on without the records: roles are those of the config file, owners and holds are unknown';
    return { records: noRecords, warnings: [`${problem}; ${without}`] };
  }
}

function control(
  settings: Settings,
  clock: Clock,
  env: Environment,
  store: Store,
  warnings: readonly string[],
): Direct {
  const samples = createMemorySamples(clock);
  const outside = { clock, env, store, samples };
  const ground = { ...outside, cron: createCron(), source: 'direct' as const };
  const local = createControl(plugIn(settings, { ...ground, onEvent: () => undefined }));
  let gone = false;
  return {
    control: local,
    warnings,
    async close() {
      if (gone) return;
      gone = true;
      await local.stop();
      await local.close();
      await store.close();
    },
  };
}
