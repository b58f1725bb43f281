import { RejuvError } from '../domain/errors.ts';
import type { Status } from '../domain/status.ts';
import { configPath, print, settingsOf, unhurried, type Call, type Handler } from './call.ts';
import { interruptedStatus } from './interruptions.ts';
import { reachToLook } from './reach.ts';
import { screenOf } from './show/screen.ts';
import { showStatus } from './show/status-table.ts';

/** Over what was there, line by line: a screen that is cleared first flickers. */
const [home, restOfLine, restOfScreen] = ['\u001B[H', '\u001B[K', '\u001B[J'];
const noAnswer = 4;

/** What is where: from the sidecar, else straight from the load balancers. */
export const status: Handler = async (call) => {
  const told = call.options.watch === true ? null : await toldBySidecar(call);
  if (told !== null) return showOnce(call, told);
  const settings = await settingsOf(call);
  const reached = await reachToLook(call, settings);
  try {
    if (call.options.watch === true) return await watchStatus(call, reached.control, settings.pollMs);
    return showOnce(call, await reached.control.status(unhurried));
  } finally {
    await reached.direct?.close();
  }
};

/**
 * The short way: a sidecar that answers has read the config, so this needs no more of it than where to ask. Null
 * where nobody can be asked; the long way then says why.
 */
async function toldBySidecar(call: Call): Promise<Status | null> {
  const path = await call.outside.listenLine(configPath(call));
  if (path === null) return null;
  const sidecar = await call.outside.sidecar({ listen: { path } }).catch(() => null);
  return (await sidecar?.status(unhurried)) ?? null;
}

function showOnce(call: Call, now: Status): number {
  show(call, now);
  return now.loadBalancers.some(({ reachable }) => reachable) ? 0 : noAnswer;
}

async function watchStatus(
  call: Call,
  control: { status(signal: AbortSignal): Promise<Status> },
  everyMs: number,
): Promise<number> {
  const stop = new AbortController();
  const { terminal, outside } = call;
  const forget = terminal.onSignal('SIGINT', () => stop.abort(new RejuvError('stopping', {})));
  try {
    for (;;) {
      const now = await control.status(stop.signal);
      if (terminal.isTTY && call.options.json !== true) redraw(call, now);
      else show(call, now, false);
      await outside.clock.sleep(everyMs, stop.signal);
    }
  } catch (thrown) {
    if (stop.signal.aborted) return interruptedStatus;
    throw thrown;
  } finally {
    forget();
  }
}

function redraw({ terminal }: Call, now: Status): void {
  const lines = showStatus(now, screenOf(terminal)).split('\n');
  terminal.stdout.write(home + lines.map((line) => `${line}${restOfLine}\n`).join('') + restOfScreen);
}

/** One document, or with --watch one per line. */
function show(call: Call, now: Status, whole = true): void {
  if (call.options.json === true) print(call, JSON.stringify(now, null, whole ? 2 : 0));
  else print(call, showStatus(now, screenOf(call.terminal)));
}
