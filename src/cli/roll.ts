import { RejuvError } from '../domain/errors.ts';
import { backendName, isHaproxyName } from '../domain/names.ts';
import { findBackend } from '../domain/settings.ts';
import { printJson, settingsOf, tell, unhurried, type Call, type Handler } from './call.ts';
import { follow } from './follow.ts';
import { namedOperation } from './named.ts';
import { reasonOf } from './operate.ts';
import { reachSidecar } from './reach.ts';
import { personIn } from './terminal.ts';

/** Rejuvenates every server of a backend, one after another, and follows it to its end. */
export const rollThrough: Handler = async (call) => {
  const settings = await settingsOf(call);
  const [name = ''] = call.args;
  const backend = findBackend(settings, name);
  if (backend === undefined || !isHaproxyName(name)) {
    const known = settings.backends.map((one) => one.name).join(', ');
    throw new RejuvError('unknown-backend', { backend: name, known });
  }
  if (call.options.dryRun === true) {
    const problem = `name one server for a dry run, such as ${name}/${backend.servers[0]?.name ?? 'web1'}`;
    throw new RejuvError('usage', { problem });
  }
  const control = await reachSidecar(call, settings);
  const id = await control.beginRoll(
    {
      backend: backendName(name),
      by: personIn(call.terminal.env),
      reason: reasonOf(call),
      force: call.options.force === true,
      maxFailed: maxFailedIn(call),
    },
    unhurried,
  );
  if (call.options.wait === false) {
    if (call.options.json === true) printJson(call, { operation: id });
    tell(call, `begun as ${id}; follow it with \`rejuv watch ${id}\`, stop it with \`rejuv abort ${id}\``);
    return 0;
  }
  return await follow(call, { control, direct: null }, id);
};

function maxFailedIn({ options }: Call): number | null {
  if (options.maxFailed === undefined) return null;
  const number = Number(options.maxFailed);
  if (/^\d{1,4}$/.test(options.maxFailed)) return number;
  throw new RejuvError('usage', { problem: '--max-failed takes a whole number, such as 0 or 1' });
}

/** A person says go on where a roll waits for one. */
export const goOn: Handler = async (call) => {
  const settings = await settingsOf(call);
  const id = namedOperation(call.args[0]);
  const control = await reachSidecar(call, settings);
  await control.continueRoll(id, personIn(call.terminal.env), unhurried);
  if (call.options.json === true) printJson(call, { operation: id, continued: true });
  else tell(call, `${id} goes on; \`rejuv watch ${id}\` shows how`);
  return 0;
};
