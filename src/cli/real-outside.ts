import { readListenLine } from '../config/listen-line.ts';
import { RejuvError } from '../domain/errors.ts';
import { whoAnswers } from '../http/answers.ts';
import { connectControl } from '../http/client.ts';
import { createClock } from '../io/clock.ts';
import { realSurroundings } from './init/real-surroundings.ts';
import type { Outside } from './outside.ts';

/**
 * The world as it is. What only some commands need is loaded by those: reading, checking and connecting everything
 * costs several times what asking a running sidecar does.
 */
export function realOutside(env: Readonly<Record<string, string | undefined>>): Outside {
  const clock = createClock();
  return {
    clock,
    async settings(path) {
      const { loadConfig } = await import('../config/load-config.ts');
      const { cronRules } = await import('../io/cron.ts');
      return await loadConfig(path, { cron: cronRules });
    },
    listenLine: readListenLine,
    async configSchema() {
      const { configJsonSchema } = await import('../config/json-schema.ts');
      return configJsonSchema();
    },
    async sidecar({ listen: { path: socket } }) {
      const answer = await whoAnswers(socket);
      if (answer === 'somebody') return connectControl(socket, clock);
      if (answer === 'nobody' || answer === 'nothing') return null;
      const denied = answer.code === 'EACCES';
      const problem = denied ? 'no permission to open the socket; join its group' : answer.message;
      throw new RejuvError('sidecar-lost', { socket, problem }, { cause: answer });
    },
    async direct(settings, options) {
      const { openDirect } = await import('./direct.ts');
      return await openDirect(settings, clock, env, options);
    },
    async onlooker(settings) {
      const { openOnlooker } = await import('./direct.ts');
      return await openOnlooker(settings, clock, env);
    },
    async history({ stateDirectory }) {
      const { readRecords } = await import('../io/store/read-records.ts');
      const { operations, runs } = await readRecords(stateDirectory);
      return { operations: operations.toReversed(), runs: runs.toReversed() };
    },
    // Standard output of the process is pino's own destination, which writes synchronously.
    async daemon(start, log, stop) {
      const { runDaemon } = await import('./daemon.ts');
      await runDaemon(start, { clock, env, log: log === process.stdout ? null : log }, stop);
    },
    async examine(settings) {
      const { createAdapters } = await import('./adapters.ts');
      const { examine } = await import('./check/examine.ts');
      const { createRunner } = await import('../io/runner.ts');
      const { createCron } = await import('../io/cron.ts');
      const { createFreezeFiles } = await import('../io/ical/freeze-files.ts');
      const { createMetricSource } = await import('../io/metrics/metric-source.ts');
      const { createAlerts } = await import('../io/metrics/alerts.ts');
      const { createMarkers } = await import('../io/markers.ts');
      const adapters = createAdapters(settings, clock, env);
      const alerts = createAlerts(clock);
      try {
        const [runner, cron] = [createRunner(clock), createCron()];
        return await examine({
          ...adapters,
          settings,
          runner,
          clock,
          cron,
          freezeFiles: createFreezeFiles(),
          alerts,
          markers: createMarkers(),
          sourceOf: (source) => createMetricSource(source, { clock, hosts: adapters.hosts }),
        });
      } finally {
        alerts.close();
        await adapters.close();
      }
    },
    async records({ stateDirectory }) {
      const { lookAtRecords } = await import('../io/store/look.ts');
      return await lookAtRecords(stateDirectory);
    },
    async setAside({ stateDirectory }) {
      const { setAside } = await import('../io/store/set-aside.ts');
      return await setAside(stateDirectory, clock.now());
    },
    async rates(path) {
      const { loadGiven } = await import('../config/load-given.ts');
      return await loadGiven(path);
    },
    async cron() {
      const { createCron } = await import('../io/cron.ts');
      return createCron();
    },
    async savePicture(path, text) {
      const { savePicture } = await import('./advise/save-picture.ts');
      await savePicture(path, text);
    },
    init: realSurroundings(clock, env),
  };
}
