import type { PlannedStep } from '../../domain/operation.ts';
import type { Role } from '../../domain/server.ts';
import type { BackendSettings, FaultSettings, ProbeSettings, ServerSettings } from '../../domain/settings.ts';
import type { Step } from '../../domain/step.ts';
import { enterService } from './entry.ts';
import {
  checkDeadlineOf,
  drainOut,
  idOf,
  plannedIn,
  probeIt,
  putToSleep,
  restAsSpare,
  setAdmin,
  wakeUp,
} from './pieces.ts';

/** Who takes part in a recovery. */
export interface RecoveryCast {
  readonly backend: BackendSettings;
  readonly faults: FaultSettings;
  readonly server: ServerSettings;
  /** As recorded: a spare where another server took its place. */
  readonly role: Role;
  /** Who took its place and still serves; null: nobody. */
  readonly replacedBy: ServerSettings | null;
  readonly probe: ProbeSettings;
}

/**
 * The ladder, rung by rung, until one has helped; then the staged verification, and back: as the next spare, or where
 * nobody took its place, or `failback: automatic`, into service.
 */
export function recovery(cast: RecoveryCast): PlannedStep[] {
  const { backend, faults, server, probe } = cast;
  const id = idOf(backend, server);
  const { allowUnchecked } = backend;
  const deadlineMs = checkDeadlineOf(backend);
  const rungs = faults.recover.map((rung): Step => ({
    kind: 'mend',
    server: id,
    rung,
    host: server.ssh,
    start: backend.spare.start,
    probe,
  }));
  return [
    ...plannedIn('rejuvenating', [
      { kind: 'agent', server: id, to: 'off' },
      setAdmin(backend, id, 'maint', { leaves: true }),
      ...rungs,
    ]),
    ...plannedIn('verifying', [
      ...wakeUp(backend, server),
      ...probeIt(backend, server),
      setAdmin(backend, id, 'drain', { from: 'maint' }),
      { kind: 'await-checked', server: id, on: null, deadlineMs, allowUnchecked },
    ]),
    ...plannedIn('registering', [
      ...placed(cast),
      { kind: 'verified', server: id },
      { kind: 'recovered', server: id },
      { kind: 'release', server: id },
    ]),
  ];
}

function placed(cast: RecoveryCast): Step[] {
  const { role, faults, replacedBy, backend, server } = cast;
  if (role === 'primary') return enterService(backend, idOf(backend, server));
  if (faults.failback === 'automatic' && replacedBy !== null) return backInPlace(cast, replacedBy);
  return restAsSpare(cast.backend, cast.server);
}

/** It serves first; then the server that stood in for it is drained, as any, and becomes the spare it was. */
function backInPlace(cast: RecoveryCast, standIn: ServerSettings): Step[] {
  const { backend, server } = cast;
  const [id, other] = [idOf(backend, server), idOf(backend, standIn)];
  return [
    ...enterService(backend, id),
    ...drainOut(backend, other, false),
    { kind: 'roles', server: id, primary: id, spare: other },
    { kind: 'agent', server: other, to: 'as-found' },
    ...putToSleep(backend, standIn),
  ];
}
