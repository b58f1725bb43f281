import { findOperation } from '../domain/records.ts';
import { RejuvError } from '../domain/errors.ts';
import type { OperationId } from '../domain/names.ts';
import type { Operation } from '../domain/operation.ts';
import { nothingRemaining, progressOf, type Progress } from '../domain/progress.ts';
import type { Journal } from './journal.ts';
import { observe, observeClosely } from './pair.ts';
import type { StepContext } from './steps/step-law.ts';
import type { InTurn } from './turns.ts';
import type { World } from './world.ts';

/** Between two looks at a draining or starting server; cheap, and what a person watches. */
const lookEveryMs = 500;

/** What every step of one operation shares. */
export interface OperationScope {
  readonly world: World;
  readonly journal: Journal;
  readonly id: OperationId;
  readonly publish: (progress: Progress) => void;
  readonly inTurn: InTurn;
}

export function operationIn(scope: OperationScope): Operation {
  const operation = findOperation(scope.journal.records(), scope.id);
  if (operation === undefined) throw new RejuvError('unknown-operation', { id: scope.id });
  return operation;
}

/** Publishes one line of progress of the operation as it stands. */
export function publish(scope: OperationScope, message: string, load = nothingRemaining): void {
  scope.publish(progressOf(operationIn(scope), scope.world.clock.now(), message, load));
}

/** The engine holds the turn of the backend for the whole of such a step, and it cannot be held twice. */
function takesTurn(scope: OperationScope, index: number): boolean {
  return operationIn(scope).steps[index]?.step.kind === 'admin';
}

export function createStepContext(scope: OperationScope, index: number, signal: AbortSignal): StepContext {
  const { world, journal, id } = scope;
  const { clock } = world;
  return {
    world,
    index,
    signal,
    operation: () => operationIn(scope),
    records: () => journal.records(),
    record: async (event) => await journal.record(event),
    async deadline(ms) {
      const at = clock.now() + ms;
      const end = clock.monotonic() + ms;
      await journal.record({ type: 'deadline-set', at: clock.now(), id, deadline: at });
      return {
        at,
        passed: () => clock.monotonic() >= end,
        leftMs: () => Math.max(0, end - clock.monotonic()),
      };
    },
    report: (message, load) => publish(scope, message, load ?? nothingRemaining),
    async alert(alert) {
      await journal.record({ type: 'alert', at: clock.now(), operation: id, ...alert });
    },
    inTurn: async (backend, work) => await (takesTurn(scope, index) ? work() : scope.inTurn(backend, work)),
    look: async (server) => await observe(world.loadBalancers, [server.backend], () => clock.now(), signal),
    lookClosely: async (server) =>
      await observeClosely(world.loadBalancers, [server.backend], () => clock.now(), signal),
    pause: async () => await clock.sleep(Math.min(lookEveryMs, world.settings.pollMs), signal),
  };
}
