import { asRejuvError, type RejuvError } from '../domain/errors.ts';
import { sameServer, type ServerId } from '../domain/names.ts';
import { reservedServers, type Operation } from '../domain/operation.ts';
import { serverRecord } from '../domain/records.ts';
import { rowsOf } from '../domain/snapshot.ts';
import { changedByHand } from '../policy/ownership.ts';
import { floorProblem } from '../policy/serving.ts';
import { setOnPair } from './pair.ts';
import { createStepContext, operationIn, publish, type OperationScope } from './step-context.ts';
import { floorFor } from './steps/hand.ts';
import { intendFor } from './steps/intend.ts';

/**
 * Where there is no way back: the server stays out in maint and is held, the spare keeps serving as primary, and a
 * person is told.
 */
export async function endSafely(scope: OperationScope, failure: RejuvError): Promise<void> {
  const { journal, world, id } = scope;
  const operation = operationIn(scope);
  const target = { backend: operation.backend, server: operation.server };
  if (isOut(operation, scope, target)) await putInMaint(scope, target);
  const at = world.clock.now();
  const { by } = operation;
  for (const server of reservedServers(operation)) {
    if (isSpare(operation, server) || !isOut(operation, scope, server)) continue;
    const reason = `operation ${id} failed: ${failure.message}`;
    await journal.record({ type: 'held', at, server, reason, failed: true, operation: id });
  }
  if (operation.spare !== null && isOut(operation, scope, target)) {
    const spare = { backend: operation.backend, server: operation.spare };
    if (isServingByUs(operation, scope, spare)) {
      const reason = failure.message;
      await journal.record({ type: 'role-set', at, server: spare, role: 'primary', by, reason });
      await journal.record({ type: 'role-set', at, server: target, role: 'spare', by, reason });
    }
  }
  const { code, message, fix } = failure;
  const what = `${operation.kind} of ${target.backend}/${target.server} failed: ${message}`;
  await journal.record({ type: 'alert', at, code, message: what, fix, server: target, operation: id });
}

/**
 * Only where this operation had taken it out and nobody has changed that since, and only where enough others serve:
 * after a reload of HAProxy it may be the last one that does. Best effort: what cannot be set now is said, and the
 * hold keeps it from being used.
 */
async function putInMaint(scope: OperationScope, server: ServerId): Promise<void> {
  const context = createStepContext(scope, -1, new AbortController().signal);
  try {
    await scope.inTurn(server.backend, async () => {
      const snapshot = await context.look(server);
      const { intents } = serverRecord(scope.journal.records(), server);
      const target = rowsOf(snapshot, server).filter(({ view, row }) => {
        const intent = intents[view.name];
        const ours = intent?.operation === scope.id && intent.to !== 'ready';
        return ours && !changedByHand(row, view.process, intent);
      });
      const floor = floorFor(operationIn(scope), server);
      const problem = floor === null ? null : floorProblem(snapshot, server, floor);
      if (problem !== null) throw problem;
      const maint = Object.fromEntries(target.map(({ view }) => [view.name, 'maint' as const]));
      const { loadBalancers } = scope.world;
      await setOnPair(loadBalancers, server, maint, intendFor(context, server), context.signal);
    });
  } catch (thrown) {
    publish(scope, `could not put it in maint: ${asRejuvError(thrown).message}`);
  }
}

/** This operation took it out of service, on one load balancer at least. */
function isOut(operation: Operation, scope: OperationScope, id: ServerId): boolean {
  const intents = Object.values(serverRecord(scope.journal.records(), id).intents);
  return intents.some((intent) => intent.operation === operation.id && intent.to !== 'ready');
}

function isServingByUs(operation: Operation, scope: OperationScope, id: ServerId): boolean {
  const intents = Object.values(serverRecord(scope.journal.records(), id).intents);
  return intents.length > 0 && intents.every((i) => i.operation === operation.id && i.to === 'ready');
}

function isSpare(operation: Operation, id: ServerId): boolean {
  return operation.spare !== null && sameServer(id, { backend: operation.backend, server: operation.spare });
}
