import { createControl, type LocalControl } from '../control/local-control.ts';
import { longestTurnMs } from '../control/poll.ts';
import type { World } from '../control/world.ts';
import { asRejuvError, RejuvError } from '../domain/errors.ts';
import type { Clock } from '../domain/seams.ts';
import { listen } from '../http/listen.ts';
import { whoAnswers } from '../http/answers.ts';
import { createRoutes } from '../http/routes.ts';
import { createCron } from '../io/cron.ts';
import { createLocalLease } from '../io/lease.ts';
import { connectSystemd, type Systemd } from '../io/systemd.ts';
import { openSamples } from '../io/samples/open-samples.ts';
import { openStore } from '../io/store/open-store.ts';
import { createLog, logEvent } from '../telemetry/log.ts';
import type { DaemonStart } from './outside.ts';
import { plugIn, type Ground } from './plug-in.ts';
import { ownVersion } from './version.ts';

/** For the last lines to reach those who watch. */
const lastLinesMs = 300;

/**
 * The sidecar, from its start to the end of its stop. What was opened is closed in reverse order, whatever fails.
 * @throws RejuvError sidecar-running, records-*, listen-failed
 */
export async function runDaemon(
  { settings, reread, onReload }: DaemonStart,
  outside: {
    readonly clock: Clock;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly log: NodeJS.WritableStream | null;
    /** Stands between rejuv and everything outside: what a test uses to end the process at a named call. */
    readonly around?: (world: World) => World;
  },
  stop: AbortSignal,
): Promise<void> {
  const { clock, env, around = (world: World) => world } = outside;
  const log = createLog({ level: 'info', ...(outside.log === null ? {} : { destination: outside.log }) });
  const { path: socket } = settings.listen;
  // Asked before the records are: "a sidecar already answers" says more than "the records are locked".
  if ((await whoAnswers(socket)) === 'somebody') throw new RejuvError('sidecar-running', { socket });

  const closers: (() => Promise<void>)[] = [];
  // From the first moment: nobody listening, the signal would end the process. What comes early is done once it is up.
  const reloads = { wanted: false, now: (): void => undefined };
  const forget = onReload(() => {
    reloads.wanted = true;
    reloads.now();
  });
  closers.push(() => {
    forget();
    return Promise.resolve();
  });
  const onProblem = (problem: string): void => log.warn({ problem }, 'cannot tell systemd how rejuv is');
  const systemd = connectSystemd({ env, clock, onProblem });
  closers.push(async () => await systemd.close());
  let nextTurnBy = 0;
  try {
    const store = await openStore({ directory: settings.stateDirectory });
    closers.push(async () => await store.close());
    // Under the lock of the records: one process writes both.
    const samples = await openSamples({ stateDirectory: settings.stateDirectory, clock });
    closers.push(async () => await samples.close());
    const lease = createLocalLease();
    await lease.acquire(stop);
    closers.push(async () => await lease.release());
    const ground: Ground = {
      ...{ clock, env, store, samples, cron: createCron(), source: 'sidecar' },
      onEvent: (event) => logEvent(log, event, store.records),
      onTurn: (withinMs) => {
        nextTurnBy = clock.monotonic() + withinMs;
      },
    };
    const control = createControl(around(plugIn(settings, ground)), async () =>
      around(plugIn(await reread(), ground)),
    );
    closers.push(async () => await control.close());
    closers.push(async () => await control.stop());
    await control.start(stop);
    const listener = await listen(createRoutes(control), settings.listen);
    closers.push(async () => await listener.close());
    log.info({ version: ownVersion(), listen: socket }, 'rejuv is up');
    systemd.ready(watching);
    reloads.now = () => {
      reloads.wanted = false;
      if (!stop.aborted) void reloadFor(control, systemd, log, stop);
    };
    if (reloads.wanted) reloads.now();
    nextTurnBy = clock.monotonic() + longestTurnMs(settings);
    systemd.watchdog(() => clock.monotonic() < nextTurnBy);
    await fired(stop);
    log.info('rejuv is stopping');
    systemd.stopping('what runs is finished or rolled back');
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

const watching = 'watching both load balancers';

/** A signal gets no answer, so what it leads to is in the log. */
async function reloadFor(
  control: LocalControl,
  systemd: Systemd,
  log: ReturnType<typeof createLog>,
  stop: AbortSignal,
): Promise<void> {
  systemd.reloading('reading the config file again');
  try {
    await control.reload('SIGHUP', new AbortController().signal);
  } catch (thrown) {
    const { code, message, fix } = asRejuvError(thrown);
    log.error({ code, fix }, `not reloaded, nothing was changed: ${message}`);
  }
  if (!stop.aborted) systemd.ready(watching);
}

async function fired(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
