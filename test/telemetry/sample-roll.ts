import type { OperationId, ServerId } from '../../src/domain/names.ts';
import type { Roll, RollEvent } from '../../src/domain/roll.ts';

/** A roll through a backend of one server. */
export function sampleRoll(id: OperationId, { backend, server }: ServerId, at: number): Roll {
  return {
    id,
    backend,
    servers: [server],
    by: 'anna',
    reason: null,
    force: false,
    maxFailed: 0,
    pauseMs: 0,
    askAfter: [],
    startedAt: at,
    passedOver: [],
    askingSince: null,
    continuedAt: 0,
    abortAsked: null,
    end: null,
  };
}

/** That its server could not begin. */
export function samplePassedOver(
  id: OperationId,
  { server }: ServerId,
  at: number,
): Extract<RollEvent, { readonly type: 'roll-passed-over' }> {
  return { type: 'roll-passed-over', at, id, server, code: 'held', reason: 'it is held' };
}
