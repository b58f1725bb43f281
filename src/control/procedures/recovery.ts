import type { ServerId } from '../../domain/names.ts';
import type { PlannedStep } from '../../domain/operation.ts';
import type { Role } from '../../domain/server.ts';
import type { BackendSettings, FaultSettings, ProbeSettings, ServerSettings } from '../../domain/settings.ts';
import type { Step } from '../../domain/step.ts';
import { floorOf } from '../../policy/floor.ts';
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
export interface RecoveryCast extends RepairedCast {
  readonly probe: ProbeSettings;
}

/** Where a repaired server belongs. */
export interface RepairedCast {
  readonly backend: BackendSettings;
  readonly faults: FaultSettings;
  readonly server: ServerSettings;
  /** As recorded: a spare where another server took its place. */
  readonly role: Role;
  /** Who took its place and still serves; null: nobody. */
  readonly replacedBy: ServerSettings | null;
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
      // It left without a drain, and one that hangs may still answer what it has begun.
      {
        kind: 'await-idle',
        server: id,
        admin: 'maint',
        quietMs: 0,
        deadlineMs: Math.min(backend.drain.deadlineMs, stillAnsweringMs),
        atDeadline: 'go on',
      },
      ...rungs,
    ]),
    ...plannedIn('verifying', [
      ...wakeUp(backend, server),
      ...probeIt(backend, server),
      setAdmin(backend, id, 'drain', { from: 'maint' }),
      { kind: 'await-checked', server: id, on: null, deadlineMs, allowUnchecked },
    ]),
    ...plannedIn('registering', repairEnds(cast)),
  ];
}

/** A server that failed: what it has not answered by then, it is not believed to answer at all. */
const stillAnsweringMs = 30_000;

/** What a recovery ends with, once the server is proven well. */
export function repairEnds(cast: RepairedCast): Step[] {
  const { role, faults, replacedBy, backend, server } = cast;
  const id = idOf(backend, server);
  if (role === 'primary') return [...enterService(backend, id), ...repaired(id)];
  const rest = [...restAsSpare(backend, server), ...repaired(id)];
  if (faults.failback !== 'automatic' || replacedBy === null) return rest;
  const standIn = idOf(backend, replacedBy);
  const back = backInPlace(cast, replacedBy);
  return [{ kind: 'failback', server: id, standIn, floor: floorOf(backend), back }, ...rest];
}

function repaired(server: ServerId): Step[] {
  return [
    { kind: 'verified', server },
    { kind: 'recovered', server },
    { kind: 'release', server },
  ];
}

/** It serves first; then the server that stood in for it is drained, as any, and becomes the spare it was. */
function backInPlace(cast: RepairedCast, standIn: ServerSettings): Step[] {
  const { backend, server } = cast;
  const [id, other] = [idOf(backend, server), idOf(backend, standIn)];
  return [
    ...enterService(backend, id),
    ...drainOut(backend, other, false),
    { kind: 'roles', server: id, primary: id, spare: other },
    { kind: 'agent', server: other, to: 'as-found' },
    ...repaired(id),
    ...putToSleep(backend, standIn),
  ];
}
