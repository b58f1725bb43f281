import { createWatch } from '../../src/control/watch/watch.ts';
import { createWorlds } from '../../src/control/worlds.ts';
import { plugIn } from '../../src/cli/plug-in.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { createClock } from '../../src/io/clock.ts';
import { createCron, cronRules } from '../../src/io/cron.ts';
import { noRecords } from '../../src/domain/records.ts';
import { createMemorySamples } from '../../src/io/samples/open-samples.ts';
import { createMemoryStore } from '../../src/io/store/memory-store.ts';
import { describeFact } from '../../src/policy/fault/verdict.ts';

/** The watch alone, with the real adapters: one JSON line per verdict or reboot. Ends with its process. */
const [config = ''] = process.argv.slice(2);
const clock = createClock();
const store = createMemoryStore(noRecords);
const settings = await loadConfig(config, { cron: cronRules });
const world = plugIn(settings, {
  ...{ clock, store, env: process.env, cron: createCron(), source: 'sidecar' },
  ...{ samples: createMemorySamples(clock) },
  onEvent: () => undefined,
});
const watch = createWatch(createWorlds(world), () => store.records, {
  onVerdict: ({ server, judgement }) => {
    const { verdict, duty, facts, at } = judgement;
    print({ server: server.server, verdict, duty, at, facts: facts.map(describeFact) });
  },
  onReboot: ({ server, at }) =>
    print({ server: server.server, verdict: 'rebooted', duty: '', at, facts: [] }),
});
await watch.run(new AbortController().signal);

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
