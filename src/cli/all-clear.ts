import { RejuvError } from '../domain/errors.ts';
import { findBackend } from '../domain/settings.ts';
import { printJson, settingsOf, tell, unhurried, type Handler } from './call.ts';
import { reasonOf } from './operate.ts';
import { reachSidecar } from './reach.ts';
import { personIn } from './terminal.ts';

/** A person has looked: the storm of a backend is over. */
export const allClear: Handler = async (call) => {
  const settings = await settingsOf(call);
  const [name = ''] = call.args;
  const backend = findBackend(settings, name);
  if (backend === undefined) {
    const known = settings.backends.map((one) => one.name).join(', ');
    throw new RejuvError('unknown-backend', { backend: name, known });
  }
  const control = await reachSidecar(call, settings);
  await control.allClear(backend.name, personIn(call.terminal.env), reasonOf(call), unhurried);
  if (call.options.json === true) printJson(call, { backend: backend.name, storm: null });
  else tell(call, `the storm in ${backend.name} is over; what is still failing is repaired again`);
  return 0;
};
