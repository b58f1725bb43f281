import { findOperation } from '../domain/records.ts';
import { RejuvError } from '../domain/errors.ts';
import type { OperationId, ServerId } from '../domain/names.ts';
import type { Operation } from '../domain/operation.ts';
import { nothingRemaining, progressOf, type Progress } from '../domain/progress.ts';
import type { LoadBalancerGap, Snapshot } from '../domain/snapshot.ts';
import { excuseGaps, mayGoOnWithOne } from '../policy/absence.ts';
import type { Judgement } from '../policy/fault/verdict.ts';
import type { Journal } from './journal.ts';
import { align } from './keeper.ts';
import { ledgerFor } from './ledger.ts';
import { observe, observeClosely } from './pair.ts';
import type { Deadline, StepContext } from './steps/step-law.ts';
import type { InTurn } from './turns.ts';
import type { World } from './world.ts';

/** Between two looks at a draining or starting server; cheap, and what a person watches. */
const lookEveryMs = 500;
/** While too few serve, each look that comes late is time without a server; one costs HAProxy about a millisecond. */
const urgentLookMs = 100;

/** What every step of one operation shares. */
export interface OperationScope {
  readonly world: World;
  readonly journal: Journal;
  readonly id: OperationId;
  readonly publish: (progress: Progress) => void;
  readonly inTurn: InTurn;
  /** Load balancers that it went on without, and a person was told. */
  readonly toldAway: Set<string>;
  /** What the watch makes of a server; null: nobody watches it. */
  readonly judgementOf: (server: ServerId) => Judgement | null;
  /** One beginning at a time, as for everybody who takes a server. */
  readonly oneByOne: <T>(work: () => Promise<T>) => Promise<T>;
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

/** What the step at `index` may use; `again` when it was begun before. */
export function createStepContext(
  scope: OperationScope,
  index: number,
  again: boolean,
  signal: AbortSignal,
): StepContext {
  const { world, journal, id } = scope;
  const { clock } = world;
  // The engine holds the turn of the backend for the whole of such a step, and it cannot be held twice.
  const holdsTurn = operationIn(scope).steps[index]?.step.kind === 'admin';
  const inTurn: InTurn = async (backend, work) => await (holdsTurn ? work() : scope.inTurn(backend, work));
  const excused = async (snapshot: Snapshot): Promise<Snapshot> => {
    const may = mayGoOnWithOne(world.settings.whenOneIsDown, operationIn(scope));
    const seen = excuseGaps(snapshot, may);
    for (const gap of seen.excused) await tellAway(scope, gap);
    return seen;
  };
  return {
    world,
    index,
    again,
    signal,
    inTurn,
    oneByOne: scope.oneByOne,
    operation: () => operationIn(scope),
    records: () => journal.records(),
    record: async (event) => await journal.record(event),
    async deadline(ms, start) {
      const kept = again && start !== 'anew' ? operationIn(scope).deadline : null;
      if (kept !== null) return deadlineAt(scope, kept, ms);
      const at = clock.now() + ms;
      await journal.record({ type: 'deadline-set', at: clock.now(), id, deadline: at });
      return deadlineAt(scope, at, ms);
    },
    report: (message, load) => publish(scope, message, load ?? nothingRemaining),
    async alert(alert) {
      await journal.record({ type: 'alert', at: clock.now(), operation: id, ...alert });
    },
    look: async ({ backend }) =>
      await excused(await observe(world.loadBalancers, [backend], () => clock.now(), signal)),
    lookClosely: async (backends) =>
      await excused(await observeClosely(world.loadBalancers, backends, () => clock.now(), signal)),
    answering: ({ views }) =>
      world.loadBalancers.filter((one) => views.some(({ name }) => name === one.name)),
    align: async (snapshot, backend) => await align({ world, journal, inTurn }, backend, snapshot, signal),
    keeper: { world, journal, inTurn },
    ledger: (server) => ledgerFor(journal, clock, server, id),
    async pause() {
      const everyMs = operationIn(scope).kind === 'failover' ? urgentLookMs : lookEveryMs;
      await clock.sleep(Math.min(everyMs, world.settings.pollMs), signal);
    },
  };
}

/** Never ignored: one that is gone on without is named, once per operation. */
async function tellAway(scope: OperationScope, { name, error }: LoadBalancerGap): Promise<void> {
  if (scope.toldAway.has(name)) return;
  scope.toldAway.add(name);
  const { kind, backend, server, phase, id } = operationIn(scope);
  const { code, fix } = error;
  const message = `${kind} of ${backend}/${server} goes on in ${phase} without ${name}: ${error.message}`;
  const at = scope.world.clock.now();
  const about = { code, message, fix, server: { backend, server }, operation: id };
  // Where it cannot be recorded, it is still told.
  await scope.journal.record({ type: 'alert', at, ...about }).catch(() => undefined);
}

/** An instant on the monotonic clock; never further away than the wait itself, whatever the wall clock did. */
function deadlineAt({ world: { clock } }: OperationScope, at: number, ms: number): Deadline {
  const end = clock.monotonic() + Math.min(ms, Math.max(0, at - clock.now()));
  return {
    at,
    passed: () => clock.monotonic() >= end,
    leftMs: () => Math.max(0, end - clock.monotonic()),
  };
}
