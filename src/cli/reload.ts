import { printJson, settingsOf, tell, unhurried, type Handler } from './call.ts';
import { reachSidecar } from './reach.ts';
import { personIn } from './terminal.ts';

/** Lets the running sidecar read its config file again. */
export const reload: Handler = async (call) => {
  const settings = await settingsOf(call);
  const control = await reachSidecar(call, settings);
  const { changes } = await control.reload(personIn(call.terminal.env), unhurried);
  if (call.options.json === true) printJson(call, { changes });
  else if (changes.length === 0) tell(call, 'the config file was read again; nothing is different');
  else tell(call, ['the config file was read again:', ...changes.map((change) => `  ${change}`)].join('\n'));
  return 0;
};
