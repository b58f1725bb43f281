import { print, printJson, settingsOf, tell, unhurried, type Handler } from './call.ts';
import { namedServer } from './named.ts';
import { reachToLook } from './reach.ts';
import { screenOf } from './show/screen.ts';
import { showWhy } from './show/why.ts';

const noAnswer = 4;

/** One server: what would happen next, what blocks it, since when, and what would clear it. */
export const why: Handler = async (call) => {
  const settings = await settingsOf(call);
  const server = namedServer(call.args[0], settings);
  const { control, direct } = await reachToLook(call, settings);
  try {
    if (direct !== null) tell(call, 'no sidecar is running: this is what one started now would do');
    const found = await control.why(server, unhurried);
    if (call.options.json === true) printJson(call, found);
    else print(call, showWhy(found, screenOf(call.terminal)));
    return found.loadBalancers.some(({ reachable }) => reachable) ? 0 : noAnswer;
  } finally {
    await direct?.close();
  }
};
