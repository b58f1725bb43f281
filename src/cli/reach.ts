import type { Control } from '../control/control.ts';
import { RejuvError } from '../domain/errors.ts';
import type { Settings } from '../domain/settings.ts';
import { tell, type Call } from './call.ts';
import type { Direct } from './outside.ts';

/** Control by whichever way there is, and how to give it back. */
export interface Reached {
  readonly control: Control;
  readonly direct: Direct | null;
}

/** @throws RejuvError sidecar-absent, sidecar-lost */
export async function reachSidecar(call: Call, settings: Settings): Promise<Control> {
  const sidecar = await call.outside.sidecar(settings);
  if (sidecar === null) throw new RejuvError('sidecar-absent', { socket: settings.listen.path });
  return sidecar;
}

/** The running sidecar, else straight on the runtime sockets under the lock of the records. */
export async function reachToAct(call: Call, settings: Settings): Promise<Reached> {
  const sidecar = await call.outside.sidecar(settings);
  const unrecorded = call.options.unrecorded === true;
  if (sidecar !== null) {
    if (unrecorded) tell(call, 'note: a sidecar is running and records this; --unrecorded changes nothing');
    return { control: sidecar, direct: null };
  }
  const direct = await call.outside.direct(settings, { unrecorded });
  for (const warning of direct.warnings) tell(call, `warning: ${warning}`);
  return { control: direct.control, direct };
}

/** The running sidecar, else a look of our own that writes nothing. */
export async function reachToLook(call: Call, settings: Settings): Promise<Reached> {
  const sidecar = await call.outside.sidecar(settings);
  if (sidecar !== null) return { control: sidecar, direct: null };
  const direct = await call.outside.onlooker(settings);
  for (const warning of direct.warnings) tell(call, `warning: ${warning}`);
  return { control: direct.control, direct };
}
