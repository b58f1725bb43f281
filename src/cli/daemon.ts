import { createControl } from '../control/local-control.ts';
import type { Clock } from '../domain/seams.ts';
import type { Settings } from '../domain/settings.ts';
import { listen } from '../http/listen.ts';
import { whoAnswers } from '../http/answers.ts';
import { createRoutes } from '../http/routes.ts';
import { RejuvError } from '../domain/errors.ts';
import { createLocalLease } from '../io/lease.ts';
import { createNewId } from '../io/new-id.ts';
import { createRunner } from '../io/runner.ts';
import { openStore } from '../io/store/open-store.ts';
import { createLog, logEvent } from '../telemetry/log.ts';
import { createAdapters } from './adapters.ts';
import { scheduleSilent } from './check/examine.ts';
import { ownVersion } from './version.ts';

/** For the last lines to reach those who watch. */
const lastLinesMs = 300;

/**
 * The sidecar, from its start to the end of its stop. What was opened is closed in reverse order, whatever fails.
 * @throws RejuvError sidecar-running, records-*, listen-failed
 */
export async function runDaemon(
  settings: Settings,
  outside: {
    readonly clock: Clock;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly log: NodeJS.WritableStream | null;
  },
  stop: AbortSignal,
): Promise<void> {
  const { clock, env } = outside;
  const log = createLog({ level: 'info', ...(outside.log === null ? {} : { destination: outside.log }) });
  const { path: socket } = settings.listen;
  // Asked before the records are: "a sidecar already answers" says more than "the records are locked".
  if ((await whoAnswers(socket)) === 'somebody') throw new RejuvError('sidecar-running', { socket });

  const closers: (() => Promise<void>)[] = [];
  try {
    const store = await openStore({ directory: settings.stateDirectory });
    closers.push(async () => await store.close());
    const lease = createLocalLease();
    await lease.acquire(stop);
    closers.push(async () => await lease.release());
    const adapters = createAdapters(settings, clock, env);
    closers.push(async () => await adapters.close());
    const control = createControl({
      settings,
      loadBalancers: adapters.loadBalancers,
      hosts: adapters.hosts,
      probe: adapters.probe,
      store,
      clock,
      runner: createRunner(clock),
      newId: createNewId(clock),
      onEvent: (event) => logEvent(log, event, store.records),
      source: 'sidecar',
    });
    closers.push(async () => await control.stop());
    await control.start(stop);
    const listener = await listen(createRoutes(control), settings.listen);
    closers.push(async () => await listener.close());
    for (const { name, schedule } of settings.backends) {
      if (schedule.length > 0) log.warn({ backend: name }, `schedule of backend ${name}: ${scheduleSilent}`);
    }
    log.info({ version: ownVersion(), listen: socket }, 'rejuv is up');
    await fired(stop);
    log.info('rejuv is stopping');
    await control.stop();
    // The door stays open until here, so that who watches an operation is told how it ended.
    await clock.sleep(lastLinesMs, new AbortController().signal);
  } catch (thrown) {
    // Told to stop while it was starting: that is no failure.
    if (!stop.aborted) throw thrown;
  } finally {
    for (const close of closers.toReversed()) {
      await close().catch((error: unknown) => log.error({ err: error }, 'could not close cleanly'));
    }
  }
  log.info('rejuv has stopped');
}

async function fired(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
