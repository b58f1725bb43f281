import { RejuvError } from '../domain/errors.ts';
import type { Status } from '../domain/status.ts';
import { print, settingsOf, unhurried, type Call, type Handler } from './call.ts';
import { interruptedStatus } from './follow.ts';
import { reachToLook } from './reach.ts';
import { showStatus } from './show/status-table.ts';

const clearScreen = '\u001B[H\u001B[2J';
const noAnswer = 4;

/** What is where: from the sidecar, else straight from the load balancers. */
export const status: Handler = async (call) => {
  const settings = await settingsOf(call);
  const reached = await reachToLook(call, settings);
  try {
    if (call.options.watch === true) return await watchStatus(call, reached.control, settings.pollMs);
    const now = await reached.control.status(unhurried);
    show(call, now);
    return now.loadBalancers.some(({ reachable }) => reachable) ? 0 : noAnswer;
  } finally {
    await reached.direct?.close();
  }
};

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
      if (terminal.isTTY && call.options.json !== true) terminal.stdout.write(clearScreen);
      show(call, now, false);
      await outside.clock.sleep(everyMs, stop.signal);
    }
  } catch (thrown) {
    if (stop.signal.aborted) return interruptedStatus;
    throw thrown;
  } finally {
    forget();
  }
}

/** One document, or with --watch one per line. */
function show(call: Call, now: Status, whole = true): void {
  if (call.options.json === true) print(call, JSON.stringify(now, null, whole ? 2 : 0));
  else print(call, showStatus(now, call.terminal.colours));
}
