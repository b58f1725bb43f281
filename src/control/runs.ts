import { asRejuvError, RejuvError } from '../domain/errors.ts';
import type { OperationId } from '../domain/names.ts';
import { isEnd, phases, type Operation } from '../domain/operation.ts';
import { nothingRemaining, progressOf, type Progress } from '../domain/progress.ts';
import { findOperation, openOperations } from '../domain/records.ts';
import { carryOut } from './engine.ts';
import type { Interruption } from './interruption.ts';
import type { Journal } from './journal.ts';
import type { OperationScope } from './step-context.ts';
import type { InTurn } from './turns.ts';
import type { World } from './world.ts';
import type { Worlds } from './worlds.ts';

interface Run {
  readonly abort: AbortController;
  readonly turn: AbortController;
  turned: Turn;
  readonly halt: AbortController;
  readonly listeners: Set<(progress: Progress | null) => void>;
  /** The first line of each phase so far, and the latest: what somebody who comes late is shown. */
  readonly story: Progress[];
  done: Promise<void>;
}

/** What an operation goes on with instead, and why. */
export type Turn = Interruption['turned'];

/** How long a stop waits for a way back; what takes longer is left recorded. Within systemd's usual 90 s. */
const stopPatienceMs = 60_000;

/** The operations that this process carries out, and who watches them. */
export interface Runs {
  has(id: OperationId): boolean;
  /** Starts, or takes up, what the records hold as open. With a reason, only to stop it safely. */
  start(operation: Operation, abort?: RejuvError): void;
  abort(id: OperationId, reason: RejuvError): void;
  /** Its server has failed: it goes on as a failover, with the steps that `plan` gives for what the records say then. */
  turn(id: OperationId, plan: Turn): void;
  watch(id: OperationId, signal: AbortSignal): AsyncIterable<Progress>;
  /** Rolls back what is before its first action, halts the rest, and waits until all have left. */
  stop(): Promise<void>;
}

export function createRuns(
  worlds: Worlds,
  journal: Journal,
  inTurn: InTurn,
  judgementOf: OperationScope['judgementOf'],
  oneByOne: OperationScope['oneByOne'],
): Runs {
  const runs = new Map<OperationId, Run>();
  let stopping = false;

  function start(operation: Operation, abort?: RejuvError): void {
    const { id } = operation;
    const run: Run = {
      abort: new AbortController(),
      turn: new AbortController(),
      turned: () => null,
      halt: new AbortController(),
      listeners: new Set(),
      story: [],
      done: Promise.resolve(),
    };
    runs.set(id, run);
    if (abort !== undefined) run.abort.abort(abort);
    const publish = (progress: Progress): void => {
      const [before, latest] = run.story.slice(-2);
      if (latest !== undefined && before?.phase === latest.phase) run.story.pop();
      run.story.push(progress);
      for (const listener of run.listeners) listener(progress);
    };
    const interruption: Interruption = {
      abort: run.abort.signal,
      turn: run.turn.signal,
      turned: () => run.turned(),
      halt: run.halt.signal,
      stopping: () => stopping,
    };
    // In the world in which it began, whatever the config file says by its end.
    run.done = worlds
      .use(
        async (world) =>
          await carryOut(
            { world, journal, id, publish, inTurn, toldAway: new Set(), judgementOf, oneByOne },
            interruption,
          ),
      )
      .catch(async (thrown: unknown) => await tellBroken(id, asRejuvError(thrown)))
      .finally(() => {
        runs.delete(id);
        for (const listener of run.listeners) listener(null);
      });
  }

  /** The engine itself gave up, such as on a full disk: the operation stays open in the records. */
  async function tellBroken(id: OperationId, error: RejuvError): Promise<void> {
    const { code, message, fix } = error;
    const { clock, onEvent } = worlds.now();
    const at = clock.now();
    const what = `operation ${id} stays open: ${message}`;
    const event = { type: 'alert' as const, at, code, message: what, fix, server: null, operation: id };
    await journal.record(event).catch(() => onEvent(event));
  }

  return {
    has: (id) => runs.has(id),
    start,
    abort: (id, reason) => runs.get(id)?.abort.abort(reason),
    turn(id, plan) {
      const run = runs.get(id);
      if (run === undefined || run.turn.signal.aborted) return;
      run.turned = plan;
      run.turn.abort(new RejuvError('interrupted', { phase: 'its course' }));
    },
    watch: (id, signal) => watchRun(worlds.now(), journal, id, runs.get(id), signal),
    async stop() {
      stopping = true;
      for (const operation of openOperations(journal.records())) {
        const run = runs.get(operation.id);
        const back = phases[operation.phase].wayBack || operation.phase === 'rolling-back';
        if (back) run?.abort.abort(new RejuvError('stopping', {}));
        else run?.halt.abort(new RejuvError('stopping', {}));
      }
      const patience = worlds.now().clock.timeout(stopPatienceMs, new RejuvError('stopping', {}));
      patience.signal.addEventListener('abort', () => {
        for (const run of runs.values()) run.halt.abort(patience.signal.reason);
      });
      await Promise.all([...runs.values()].map(async ({ done }) => await done));
      patience.clear();
    },
  };
}

/** Progress from now on, ending with the line whose state is other than running. */
async function* watchRun(
  world: World,
  journal: Journal,
  id: OperationId,
  run: Run | undefined,
  signal: AbortSignal,
): AsyncGenerator<Progress> {
  const waiting: (Progress | null)[] = [...(run?.story ?? [])];
  let wake = (): void => undefined;
  const listener = (progress: Progress | null): void => {
    waiting.push(progress);
    wake();
  };
  const left = (): void => wake();
  run?.listeners.add(listener);
  signal.addEventListener('abort', left);
  try {
    while (run !== undefined && !signal.aborted) {
      const next = waiting.shift();
      if (next === null) break;
      if (next !== undefined) {
        if (next.state !== 'running') break;
        yield next;
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    run?.listeners.delete(listener);
    signal.removeEventListener('abort', left);
  }
  signal.throwIfAborted();
  yield lastLine(world, journal, id);
}

/** How it ended, from the records; an open operation that nobody carries out is left as it is. */
function lastLine(world: World, journal: Journal, id: OperationId): Progress {
  const operation = findOperation(journal.records(), id);
  if (operation === undefined) throw new RejuvError('unknown-operation', { id });
  const now = world.clock.now();
  if (isEnd(operation.phase)) {
    const message =
      operation.cause === null
        ? phases[operation.phase].does
        : `${operation.phase}: ${operation.cause.reason}`;
    return progressOf(operation, now, message, nothingRemaining);
  }
  const message = 'it is open in the records; the next sidecar takes it up';
  return {
    ...progressOf(operation, now, message, nothingRemaining),
    state: 'detached',
    code: 'stopping',
    reason: message,
  };
}
