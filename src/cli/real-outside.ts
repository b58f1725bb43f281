import { configJsonSchema } from '../config/json-schema.ts';
import { loadConfig } from '../config/load-config.ts';
import { RejuvError } from '../domain/errors.ts';
import { whoAnswers } from '../http/answers.ts';
import { connectControl } from '../http/client.ts';
import { createClock } from '../io/clock.ts';
import { cronRules } from '../io/cron.ts';
import { readRecords } from '../io/store/read-records.ts';
import { createAdapters } from './adapters.ts';
import { examine } from './check/examine.ts';
import { runDaemon } from './daemon.ts';
import { openDirect, openOnlooker } from './direct.ts';
import type { Outside } from './outside.ts';

/** The world as it is. */
export function realOutside(env: Readonly<Record<string, string | undefined>>): Outside {
  const clock = createClock();
  return {
    clock,
    settings: async (path) => await loadConfig(path, { cron: cronRules }),
    configSchema: configJsonSchema,
    async sidecar({ listen: { path: socket } }) {
      const answer = await whoAnswers(socket);
      if (answer === 'somebody') return connectControl(socket, clock);
      if (answer === 'nobody' || answer === 'nothing') return null;
      const denied = answer.code === 'EACCES';
      const problem = denied ? 'no permission to open the socket; join its group' : answer.message;
      throw new RejuvError('sidecar-lost', { socket, problem }, { cause: answer });
    },
    direct: async (settings, options) => await openDirect(settings, clock, env, options),
    onlooker: async (settings) => await openOnlooker(settings, clock, env),
    history: async ({ stateDirectory }) => (await readRecords(stateDirectory)).operations.toReversed(),
    // Standard output of the process is pino's own destination, which writes synchronously.
    daemon: async (settings, log, stop) =>
      await runDaemon(settings, { clock, env, log: log === process.stdout ? null : log }, stop),
    async examine(settings) {
      const adapters = createAdapters(settings, clock, env);
      try {
        const { loadBalancers, masters, hosts, probe } = adapters;
        return await examine({ settings, loadBalancers, masters, hosts, probe, clock });
      } finally {
        await adapters.close();
      }
    },
  };
}
