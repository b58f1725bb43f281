import { spawn } from 'node:child_process';
import type { Clock } from '../domain/seams.ts';

/** For one message: systemd-notify waits until it was read. */
const messageWithinMs = 5_000;

/**
 * What the sidecar tells the program that started it (sd_notify(3), systemd.service(5) `Type=notify`). Started by
 * anything else, it tells nobody. Messages go out one after the other, in the order of the calls; none raises.
 */
export interface Systemd {
  /** It is up, or has read its config again; `status` is the line that `systemctl status` shows. */
  ready(status: string): void;
  reloading(status: string): void;
  /** From here on the end takes as long as it takes (the unit's TimeoutStopSec), and the poll loop is not asked for. */
  stopping(status: string): void;
  /** Sends signs of life until `close`, but none while `alive` says no: the unit's WatchdogSec then ends us. */
  watchdog(alive: () => boolean): void;
  /** Sends no more signs of life, and waits for what is under way. */
  close(): Promise<void>;
}

/**
 * Speaks to the socket in NOTIFY_SOCKET through `systemd-notify`, because Node has no unix datagram sockets; so the
 * unit needs `NotifyAccess=all`. `onProblem` is told, once, that messages do not arrive.
 */
export function connectSystemd(options: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly onProblem: (problem: string) => void;
}): Systemd {
  const { env, clock } = options;
  const socket = env['NOTIFY_SOCKET'] ?? '';
  const life = new AbortController();
  let sent: Promise<void> = Promise.resolve();
  let told = false;
  let stops = false;

  const send = (...words: readonly string[]): void => {
    if (socket === '') return;
    sent = sent.then(async () => {
      const problem = await notify(words, env, clock);
      if (problem === null || told) return;
      told = true;
      options.onProblem(problem);
    });
  };

  const signsOfLife = async (everyMs: number, alive: () => boolean): Promise<void> => {
    while (!life.signal.aborted) {
      if (stops || alive()) send('WATCHDOG=1');
      await clock.sleep(everyMs, life.signal).catch(() => undefined);
    }
  };

  return {
    ready: (status) => send('READY=1', `STATUS=${status}`),
    reloading: (status) => send('RELOADING=1', `STATUS=${status}`),
    stopping(status) {
      stops = true;
      send('STOPPING=1', `STATUS=${status}`);
    },
    watchdog(alive) {
      const wantedMs = watchdogMs(env);
      // A third: one that comes late, or is lost, is not the last.
      if (socket !== '' && wantedMs !== null) void signsOfLife(wantedMs / 3, alive);
    },
    async close() {
      life.abort();
      await sent;
    },
  };
}

/** How long systemd waits for a sign of life; null where it does not wait for ours (sd_watchdog_enabled(3)). */
function watchdogMs(env: Readonly<Record<string, string | undefined>>): number | null {
  const microseconds = Number(env['WATCHDOG_USEC'] ?? '');
  const meant = env['WATCHDOG_PID'] ?? '';
  if (meant !== '' && meant !== String(process.pid)) return null;
  return Number.isFinite(microseconds) && microseconds > 0 ? microseconds / 1000 : null;
}

/** Sends one message; gives what went wrong, or null. */
async function notify(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
): Promise<string | null> {
  const child = spawn('systemd-notify', [...words], {
    env: { PATH: env['PATH'], NOTIFY_SOCKET: env['NOTIFY_SOCKET'] },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const late = clock.timeout(messageWithinMs, new Error('late'));
  late.signal.addEventListener('abort', () => child.kill('SIGKILL'));
  try {
    return await new Promise((resolve) => {
      child.once('error', (error) =>
        resolve(`cannot run systemd-notify (package systemd): ${error.message}`),
      );
      child.once('close', (status) => resolve(status === 0 ? null : problemOf(status, said)));
    });
  } finally {
    late.clear();
  }
}

function problemOf(status: number | null, said: string): string {
  const end = status === null ? `took longer than ${messageWithinMs} ms` : `ended with ${status}`;
  return `systemd-notify ${end}${said.trim() === '' ? '' : `: ${said.trim()}`}`;
}
