import type { Event } from '../../../src/domain/event.ts';
import { backendName, operationId, serverName } from '../../../src/domain/names.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import { apply } from '../../../src/domain/fold-records.ts';
import { noRecords, type Records } from '../../../src/domain/records.ts';

export const web1 = { backend: backendName('shop'), server: serverName('web1') };

export function operation(id: string): Operation {
  return {
    id: operationId(id),
    kind: 'drain',
    backend: web1.backend,
    server: web1.server,
    spare: null,
    trigger: 'operator',
    by: 'anna',
    reason: 'größer, „schöner“ \u2028 🚀 \ufffd',
    force: false,
    run: null,
    because: null,
    effect: null,
    startedAt: 1_000,
    phase: 'requested',
    phaseAt: 1_000,
    deadline: null,
    steps: [],
    abortAsked: null,
    cause: null,
    wayOutFrom: null,
    resumedAt: [],
    endedAt: null,
  };
}

export function opened(id: string): Event {
  return { type: 'operation-opened', at: 1_000, operation: operation(id) };
}

/** An event whose number comes back in the records: `verifiedAt` of its server. */
export function verified(at: number, server = 'web1'): Extract<Event, { type: 'verified' }> {
  return {
    type: 'verified',
    at,
    server: { backend: web1.backend, server: serverName(server) },
    operation: null,
  };
}

export const someEvents: readonly Event[] = [
  opened('op-1'),
  { type: 'phase-entered', at: 1_001, id: operationId('op-1'), phase: 'draining' },
  { type: 'role-set', at: 1_002, server: web1, role: 'spare', by: null, reason: 'line\nbreak "quoted"' },
  verified(1_003),
  { type: 'held', at: 1_004, server: web1, reason: 'why — ü', failed: true, operation: operationId('op-1') },
  { type: 'operation-ended', at: 1_005, id: operationId('op-1'), phase: 'failed' },
];

export function folded(events: readonly Event[]): Records {
  return events.reduce(apply, noRecords);
}
