import { printJson, settingsOf, tell, unhurried, type Handler } from './call.ts';
import { follow } from './follow.ts';
import { namedOperation } from './named.ts';
import { reasonOf } from './operate.ts';
import { reachSidecar } from './reach.ts';
import { personIn } from './terminal.ts';

/** Attaches to a running operation. */
export const watch: Handler = async (call) => {
  const settings = await settingsOf(call);
  const id = namedOperation(call.args[0]);
  const control = await reachSidecar(call, settings);
  return await follow(call, { control, direct: null }, id);
};

/** Asks an operation to stop safely. It ends some time later: `watch` shows how. */
export const abort: Handler = async (call) => {
  const settings = await settingsOf(call);
  const id = namedOperation(call.args[0]);
  const control = await reachSidecar(call, settings);
  const by = personIn(call.terminal.env);
  await control.abort(id, by, reasonOf(call) ?? 'no reason given', unhurried);
  if (call.options.json === true) printJson(call, { operation: id, abort: 'asked' });
  else tell(call, `asked ${id} to stop; \`rejuv watch ${id}\` shows how it ends`);
  return 0;
};
