import { quietMs } from '../steps/grace.ts';
import type { PlannedStep } from '../../domain/operation.ts';
import type { Role } from '../../domain/server.ts';
import type { BackendSettings, ServerSettings } from '../../domain/settings.ts';
import { admitChecked, idOf, plannedIn, probeIt, setAdmin, wakeUp } from './pieces.ts';

/** What a person asked for one server. */
export interface ByHand {
  readonly backend: BackendSettings;
  readonly server: ServerSettings;
  readonly role: Role;
  readonly force: boolean;
  readonly noWait: boolean;
  readonly reason: string | null;
}

/** Ends in drain at proven zero, never in maint; at the deadline it ends failed and changes nothing more. */
export function drain(hand: ByHand): PlannedStep[] {
  const { backend, force, reason } = hand;
  const server = idOf(backend, hand.server);
  const { deadlineMs, persistenceMs } = backend.drain;
  return plannedIn('draining', [
    { kind: 'agent', server, to: 'off' },
    setAdmin(backend, server, 'drain', { leaves: true, force }),
    { kind: 'hold', server, reason: reason ?? 'drained by a person', failed: false },
    ...(hand.noWait
      ? []
      : [
          {
            kind: 'await-idle' as const,
            server,
            admin: 'drain' as const,
            quietMs: Math.min(quietMs, persistenceMs),
            deadlineMs,
            atDeadline: 'stop' as const,
          },
        ]),
  ]);
}

/** At once. A spare in maint is where a spare belongs, so only a primary is held. */
export function maint(hand: ByHand): PlannedStep[] {
  const { backend, role, force, reason } = hand;
  const server = idOf(backend, hand.server);
  return plannedIn('draining', [
    { kind: 'agent', server, to: 'off' },
    setAdmin(backend, server, 'maint', { leaves: true, force }),
    ...(role === 'spare'
      ? []
      : [{ kind: 'hold' as const, server, reason: reason ?? 'put in maint by a person', failed: false }]),
  ]);
}

/** Through the checked admission; the application is started only where it sleeps and the config says how. */
export function ready(hand: ByHand): PlannedStep[] {
  const { backend } = hand;
  const server = idOf(backend, hand.server);
  return [
    ...plannedIn('activating', [...wakeUp(backend, hand.server), ...probeIt(backend, hand.server)]),
    ...plannedIn('admitting', [...admitChecked(backend, server), { kind: 'release', server }]),
  ];
}
