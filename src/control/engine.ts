import type { ErrorCode } from '../domain/catalogue.ts';
import { asRejuvError, RejuvError } from '../domain/errors.ts';
import { backendName, sameServer, serverName, type ServerId } from '../domain/names.ts';
import {
  isEnd,
  phases,
  type Cause,
  type EndPhase,
  type Operation,
  type PlannedStep,
  type WorkPhase,
} from '../domain/operation.ts';
import { endSafely } from './safe-end.ts';
import { rollbackOf, takenOver } from './rollback.ts';
import { createStepContext, operationIn, publish, type OperationScope } from './step-context.ts';
import { lawOf } from './steps/laws.ts';
import type { Step } from '../domain/step.ts';

/** What can come from outside while an operation runs. */
export interface Interruption {
  /** Fires when a person, or a stopping sidecar, wants it to stop safely; its reason is the cause. */
  readonly abort: AbortSignal;
  /** Fires when this process goes and leaves the rest recorded. */
  readonly halt: AbortSignal;
  /** True once the sidecar is stopping: what cannot be undone now is left recorded. */
  readonly stopping: () => boolean;
}

/** Failures of a peer that may pass: a rollback waits for them, since nothing may stay half-done. */
const passing: readonly ErrorCode[] = [
  'socket-missing',
  'socket-denied',
  'haproxy-down',
  'haproxy-silent',
  'not-haproxy',
  'reply-truncated',
  'reply-too-long',
  'haproxy-level',
  'old-process',
  'partial-write',
  'not-read-back',
  'records-unwritable',
];

/** Carries out an operation from where its records stand until it ends, or until this process goes. */
export async function carryOut(scope: OperationScope, interruption: Interruption): Promise<void> {
  publish(scope, 'admitted');
  while (!isEnd(operationIn(scope).phase)) {
    if (interruption.halt.aborted || !(await advance(scope, interruption))) return;
  }
  publish(scope, endMessage(scope));
}

/** One step, or one turn of the course. False: this process leaves the rest as it is recorded. */
async function advance(scope: OperationScope, interruption: Interruption): Promise<boolean> {
  const { abort, halt } = interruption;
  const operation = operationIn(scope);
  const onCourse = operation.cause === null;
  if (onCourse && abort.aborted) {
    await leaveCourse(scope, asRejuvError(abort.reason), null);
    return true;
  }
  const index = nextStep(operation.steps, operation.cause);
  const next = operation.steps[index];
  if (next === undefined) {
    await end(scope, endOf(operation));
    return true;
  }
  if (next.phase !== operation.phase) await enter(scope, next.phase);
  if (!onCourse && takenOver(operation, scope.journal.records(), next.step.server)) {
    const taken = new RejuvError('changed-by-hand', {
      ...next.step.server,
      admin: 'another state',
      loadBalancer: 'both',
    });
    await endStep(scope, index, taken, 'skipped');
    return true;
  }
  try {
    const take = async (): Promise<void> => await takeStep(scope, index, signalFor(next.phase, interruption));
    // Two that take servers away side by side would each count the other's server as serving.
    if (next.step.kind === 'admin') await scope.inTurn(next.step.server.backend, take);
    else await take();
    return true;
  } catch (thrown) {
    if (halt.aborted) return false;
    // What an abort breaks off is no failure of its own.
    const aborted = abort.aborted && phases[next.phase].wayBack;
    const failure = asRejuvError(aborted ? abort.reason : thrown);
    if (!onCourse) return await stumble(scope, failure, index, interruption);
    await leaveCourse(scope, failure, index);
    return true;
  }
}

function nextStep(steps: readonly PlannedStep[], cause: Cause | null): number {
  return steps.findIndex(
    ({ phase, state }) =>
      (state === 'planned' || state === 'begun') && (cause === null || phase === 'rolling-back'),
  );
}

/** Before the first action an abort ends a wait at once; from there on, and on the way back, only a halt does. */
function signalFor(phase: WorkPhase, { abort, halt }: Interruption): AbortSignal {
  return phases[phase].wayBack ? AbortSignal.any([abort, halt]) : halt;
}

async function enter(scope: OperationScope, phase: WorkPhase): Promise<void> {
  const from = operationIn(scope).phase;
  if (!phases[from].next.includes(phase)) {
    throw new RejuvError('internal', { problem: `no way from phase ${from} to ${phase}` });
  }
  await scope.journal.record({ type: 'phase-entered', at: scope.world.clock.now(), id: scope.id, phase });
  publish(scope, phases[phase].does);
}

/** Look, record what was found, act, verify. */
async function takeStep(scope: OperationScope, index: number, signal: AbortSignal): Promise<void> {
  const { journal, id, world } = scope;
  const planned = operationIn(scope).steps[index];
  if (planned === undefined)
    throw new RejuvError('internal', { problem: `operation ${id} has no step ${index}` });
  const { step } = planned;
  const law = lawOf(step);
  const context = createStepContext(scope, index, signal);
  // Looked at every time, for what may refuse; but what was found the first time is what an undo goes by.
  const seen = await law.look(step, context);
  const found = planned.found ?? seen;
  await journal.record({ type: 'step-begun', at: world.clock.now(), id, index, found });
  publish(
    scope,
    law
      .describe(
        step,
        world.loadBalancers.map(({ name }) => name),
      )
      .join('; '),
  );
  await law.act(step, found, context);
  const detail = await law.verify(step, found, context);
  await journal.record({ type: 'step-ended', at: world.clock.now(), id, index, state: 'done', detail });
  publish(scope, detail);
}

/** The first failure, or an abort: back to what was, or, from the first action on, to a safe end. */
async function leaveCourse(scope: OperationScope, failure: RejuvError, index: number | null): Promise<void> {
  const { journal, id, world } = scope;
  const operation = operationIn(scope);
  const hands = handsIn(failure);
  const wayBack = phases[operation.phase].wayBack;
  const stays = wayBack && failure.code !== 'aborted' && staysOn(operation.steps, index);
  const end: Cause['end'] = wayBack && !stays && hands.length === 0 ? 'aborted' : 'failed';
  const at = world.clock.now();
  await endStep(scope, index, failure);
  // Before the cause is recorded: a crash in between finds the operation still on its course, and comes here again.
  if (!wayBack) await endSafely(scope, failure);
  const steps = wayBack && !stays ? rollbackOf(operationIn(scope), journal.records(), hands) : [];
  const cause: Cause = { end, code: failure.code, reason: failure.message };
  await journal.record({ type: 'course-left', at, id, cause, steps });
  publish(scope, failure.message);
}

/** A way back on which a step failed has not led back; a spare that would not sleep is no matter. */
function endOf({ cause, steps }: Operation): EndPhase {
  if (cause === null) return 'completed';
  const stuck = steps.some(
    ({ phase, state, step }) => phase === 'rolling-back' && state === 'failed' && step.kind !== 'sleep',
  );
  return stuck ? 'failed' : cause.end;
}

/** A person's drain that reached its deadline, or its sidecar's end, stays a drain. */
function staysOn(steps: readonly PlannedStep[], index: number | null): boolean {
  const current = index === null ? steps.find(({ state }) => state === 'begun') : steps[index];
  return current?.step.kind === 'await-idle' && current.step.atDeadline === 'stop';
}

/**
 * A failure on the way back: a peer is waited for, what a person took is left to that person, and where nothing
 * helps the pair is kept safe. False: this process leaves the rest as it is recorded.
 */
async function stumble(
  scope: OperationScope,
  failure: RejuvError,
  index: number,
  interruption: Interruption,
): Promise<boolean> {
  const hands = handsIn(failure);
  if (hands.length > 0) {
    await skipRest(scope, failure.message, (step) => hands.some((id) => sameServer(id, step.server)));
    return true;
  }
  if (passing.includes(failure.code)) {
    publish(scope, `cannot undo yet, trying again: ${failure.message}`);
    if (interruption.stopping()) return false;
    await scope.world.clock.sleep(scope.world.settings.pollMs, interruption.halt);
    return true;
  }
  await endStep(scope, index, failure);
  // A spare that cannot be put to sleep runs on; that costs memory, not requests.
  if (operationIn(scope).steps[index]?.step.kind === 'sleep') return true;
  await endSafely(scope, failure);
  await skipRest(scope, 'an earlier step of the way back failed', () => true);
  return true;
}

async function skipRest(
  scope: OperationScope,
  detail: string,
  which: (step: Step) => boolean,
): Promise<void> {
  for (const [index, { step, phase, state }] of operationIn(scope).steps.entries()) {
    const open = phase === 'rolling-back' && (state === 'planned' || state === 'begun');
    if (open && which(step)) {
      const at = scope.world.clock.now();
      await scope.journal.record({ type: 'step-ended', at, id: scope.id, index, state: 'skipped', detail });
    }
  }
}

async function endStep(
  scope: OperationScope,
  index: number | null,
  failure: RejuvError,
  state: 'failed' | 'skipped' = 'failed',
): Promise<void> {
  if (index === null) return;
  await scope.journal.record({
    type: 'step-ended',
    at: scope.world.clock.now(),
    id: scope.id,
    index,
    state,
    detail: failure.message,
  });
}

async function end(scope: OperationScope, phase: EndPhase): Promise<void> {
  await scope.journal.record({ type: 'operation-ended', at: scope.world.clock.now(), id: scope.id, phase });
}

/** The server that a person took over in the middle, if that is the failure. */
function handsIn({ code, facts }: RejuvError): ServerId[] {
  if (code !== 'changed-by-hand') return [];
  return [{ backend: backendName(String(facts['backend'])), server: serverName(String(facts['server'])) }];
}

function endMessage(scope: OperationScope): string {
  const { phase, cause } = operationIn(scope);
  return cause === null ? phases[phase].does : `${phase}: ${cause.reason}`;
}
