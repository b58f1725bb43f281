import { RejuvError } from '../domain/errors.ts';
import { formatServerId } from '../domain/names.ts';
import { printJson, settingsOf, tell, unhurried, type Handler } from './call.ts';
import { namedServer } from './named.ts';
import { reasonOf } from './operate.ts';
import { reachToAct } from './reach.ts';
import { personIn } from './terminal.ts';

/** Changes the role of a server in the records. */
export const role: Handler = async (call) => {
  const settings = await settingsOf(call);
  const server = namedServer(call.args[0], settings);
  const wanted = call.args[1];
  if (wanted !== 'primary' && wanted !== 'spare') {
    throw new RejuvError('usage', {
      problem: `a role is primary or spare, not ${JSON.stringify(wanted ?? '')}`,
    });
  }
  const { control, direct } = await reachToAct(call, settings);
  try {
    await control.setRole(server, wanted, personIn(call.terminal.env), reasonOf(call), unhurried);
  } finally {
    await direct?.close();
  }
  if (call.options.json === true) printJson(call, { ...server, role: wanted });
  else tell(call, `${formatServerId(server)} is ${wanted} from now on`);
  return 0;
};
