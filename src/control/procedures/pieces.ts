import type { ServerId } from '../../domain/names.ts';
import type { PlannedStep, WorkPhase } from '../../domain/operation.ts';
import type { BackendSettings, ServerSettings } from '../../domain/settings.ts';
import type { AdminStep, Step, WayBack } from '../../domain/step.ts';
import { floorOf } from '../../policy/floor.ts';

/** What procedures are made of: steps that occur in several of them. Pure. */

/** How long HAProxy may take to find a live server well, where no probe says how long the application takes. */
const checkDeadlineMs = 5 * 60_000;

export function plannedIn(phase: WorkPhase, steps: readonly Step[]): PlannedStep[] {
  return steps.map((step) => ({
    phase,
    step,
    state: 'planned',
    found: null,
    beganAt: null,
    endedAt: null,
    detail: null,
  }));
}

export function idOf(backend: BackendSettings, server: ServerSettings): ServerId {
  return { backend: backend.name, server: server.name };
}

/** How long each HAProxy may take to find the server well. */
export function checkDeadlineOf(backend: BackendSettings): number {
  return backend.probe?.deadlineMs ?? checkDeadlineMs;
}

export function wayBackOf(backend: BackendSettings, force: boolean): WayBack {
  return {
    allowUnchecked: backend.allowUnchecked,
    checkDeadlineMs: checkDeadlineOf(backend),
    graceMs: backend.drain.persistenceMs,
    idleDeadlineMs: backend.drain.deadlineMs,
    floor: force ? null : floorOf(backend),
  };
}

/** Sets an admin state; `leaves` guards the floor of the backend right before. */
export function setAdmin(
  backend: BackendSettings,
  server: ServerId,
  to: AdminStep['to'],
  options: { from?: AdminStep['from']; leaves?: boolean; force?: boolean; keepReady?: boolean } = {},
): Step {
  const force = options.force ?? false;
  return {
    kind: 'admin',
    server,
    to,
    from: options.from ?? null,
    keepReady: options.keepReady ?? false,
    floor: options.leaves === true && !force ? floorOf(backend) : null,
    back: wayBackOf(backend, force),
  };
}

/** Starts the application where it sleeps, as far as the config says how. */
export function wakeUp(backend: BackendSettings, server: ServerSettings): Step[] {
  const { start, stop, deadlineMs } = backend.spare;
  if (start === null || server.ssh === null) return [];
  const { probe } = backend;
  return [
    {
      kind: 'wake',
      server: idOf(backend, server),
      host: server.ssh,
      command: start,
      stop,
      deadlineMs,
      probe,
    },
  ];
}

/** The application probe, where one is configured. */
export function probeIt(backend: BackendSettings, server: ServerSettings): Step[] {
  return backend.probe === null
    ? []
    : [{ kind: 'probe', server: idOf(backend, server), probe: backend.probe }];
}

/** Into service, checked: drain starts HAProxy's checks without traffic, `entry` follows only when they passed. */
export function admitChecked(
  backend: BackendSettings,
  id: ServerId,
  from: AdminStep['from'] = null,
  entry: Step[] = intoService(backend, id),
): Step[] {
  const { allowUnchecked } = backend;
  const deadlineMs = checkDeadlineOf(backend);
  return [
    { kind: 'agent', server: id, to: 'off' },
    setAdmin(backend, id, 'drain', { from, keepReady: true }),
    { kind: 'await-checked', server: id, on: null, deadlineMs, allowUnchecked },
    ...entry,
  ];
}

/** A server that was proven well in drain goes into service, all at once. */
export function intoService(backend: BackendSettings, id: ServerId): Step[] {
  const { allowUnchecked } = backend;
  return [
    setAdmin(backend, id, 'ready'),
    { kind: 'await-serving', server: id, deadlineMs: checkDeadlineOf(backend), allowUnchecked },
    { kind: 'agent', server: id, to: 'as-found' },
  ];
}

/** Out of service until nothing is in progress: drain, the grace, maint, and what remains. */
export function drainOut(backend: BackendSettings, id: ServerId, force: boolean): Step[] {
  const { persistenceMs, deadlineMs, atDeadline } = backend.drain;
  return [
    { kind: 'agent', server: id, to: 'off' },
    setAdmin(backend, id, 'drain', { from: 'ready', leaves: true, force }),
    { kind: 'grace', server: id, forMs: persistenceMs },
    setAdmin(backend, id, 'maint', { from: 'drain' }),
    { kind: 'await-idle', server: id, admin: 'maint', quietMs: 0, deadlineMs, atDeadline },
  ];
}

/** A server that was proven well in drain rests as a spare: maint on both, nothing in progress, asleep if spares sleep. */
export function restAsSpare(backend: BackendSettings, server: ServerSettings): Step[] {
  const id = idOf(backend, server);
  const { deadlineMs } = backend.drain;
  return [
    setAdmin(backend, id, 'maint', { from: 'drain' }),
    { kind: 'await-idle', server: id, admin: 'maint', quietMs: 0, deadlineMs, atDeadline: 'wait' },
    { kind: 'agent', server: id, to: 'as-found' },
    ...putToSleep(backend, server),
  ];
}

/** Stops the application where spares sleep. */
export function putToSleep(backend: BackendSettings, server: ServerSettings): Step[] {
  const { stop, deadlineMs } = backend.spare;
  if (stop === null || server.ssh === null) return [];
  return [{ kind: 'sleep', server: idOf(backend, server), host: server.ssh, command: stop, deadlineMs }];
}
