import { catalogue } from '../domain/catalogue.ts';
import { asRejuvError, RejuvError } from '../domain/errors.ts';
import { backendName, sameServer, serverName, type ServerId } from '../domain/names.ts';
import {
  isEnd,
  phases,
  takesSpare,
  type Cause,
  type EndPhase,
  type Operation,
  type WorkPhase,
} from '../domain/operation.ts';
import { serverRecord, type Records } from '../domain/records.ts';
import type { Interruption } from './interruption.ts';
import { createPatience, type Patience } from './patience.ts';
import { rollbackOf, takenOver } from './rollback.ts';
import { createStepContext, operationIn, publish, type OperationScope } from './step-context.ts';
import { lawOf } from './steps/laws.ts';
import { turnCourse, turns, turnsAfter } from './turning.ts';
import { endOf, secured, staysOn, stillServing, takenOutAgain } from './way-out.ts';
import type { Step } from '../domain/step.ts';

/** Carries out an operation from where its records stand until it ends, or until this process goes. */
export async function carryOut(scope: OperationScope, interruption: Interruption): Promise<void> {
  const gone = (): boolean => interruption.halt.aborted;
  const patience = createPatience(scope, interruption);
  publish(scope, operationIn(scope).resumedAt.length === 0 ? 'admitted' : 'taken up again after a restart');
  while (!isEnd(operationIn(scope).phase)) {
    if (gone()) return;
    try {
      if (!(await advance(scope, interruption, patience))) return;
    } catch (thrown) {
      // What cannot be recorded is not done: once there is room on the disk again, it goes on.
      const failure = asRejuvError(thrown);
      if (!gone() && failure.code !== 'records-unwritable') throw failure;
      if (!(await patience.wait(failure, 'halt'))) return;
    }
  }
  publish(scope, endMessage(scope));
}

/** One step, or one turn of the course. False: this process leaves the rest as it is recorded. */
async function advance(
  scope: OperationScope,
  interruption: Interruption,
  patience: Patience,
): Promise<boolean> {
  const { abort, halt } = interruption;
  const operation = operationIn(scope);
  const onCourse = operation.cause === null;
  if (onCourse && abort.aborted) {
    await leaveCourse(scope, asRejuvError(abort.reason), null);
    return true;
  }
  if (onCourse && operation.steps.some(({ state }) => state === 'failed')) {
    // Older records parted a failed step from its consequences: what comes after it must not be taken.
    await leaveCourse(scope, new RejuvError('interrupted', { phase: operation.phase }), null);
    return true;
  }
  if (turns(operation, interruption)) {
    const failure = await turnCourse(scope, interruption);
    if (failure !== null) await leaveCourse(scope, failure, null);
    return true;
  }
  const index = nextStep(operation);
  const next = operation.steps[index];
  if (next === undefined) {
    await end(scope, endOf(operation));
    return true;
  }
  if (next.phase !== operation.phase) await enter(scope, next.phase);
  if (takenOver(operation, scope.journal.records(), next.step.server)) {
    const taken = takenBy(scope.journal.records(), next.step.server);
    if (onCourse) await leaveCourse(scope, taken, index);
    else await endStep(scope, index, taken, 'skipped');
    return true;
  }
  try {
    const signal = signalFor(operationIn(scope), next.phase, interruption);
    const take = async (): Promise<void> => await takeStep(scope, index, signal);
    // Two that take servers away side by side would each count the other's server as serving.
    if (next.step.kind === 'admin') await scope.inTurn(next.step.server.backend, take);
    else await take();
    patience.over();
    return true;
  } catch (thrown) {
    if (halt.aborted) return false;
    if (turns(operationIn(scope), interruption)) return true;
    // What an abort breaks off is no failure of its own.
    const aborted = abort.aborted && onCourse && phases[next.phase].wayBack;
    const failure = asRejuvError(aborted ? abort.reason : thrown);
    if (onCourse) {
      if (patience.passesOnCourse(failure)) return await patience.wait(failure, 'abort');
      if (await turnsAfter(scope, interruption, next.step, failure)) return true;
      await leaveCourse(scope, failure, index);
      return true;
    }
    return await stumble(scope, failure, index, patience);
  }
}

/** On its course, all in order; once it has left it, the steps of the way out alone. */
function nextStep({ steps, wayOutFrom }: Operation): number {
  return steps.findIndex(
    ({ state }, i) => (state === 'planned' || state === 'begun') && i >= (wayOutFrom ?? 0),
  );
}

/** Before the first action an abort ends a wait at once; from there on, and on the way back, only a halt does. */
function signalFor({ kind }: Operation, phase: WorkPhase, { abort, halt, turn }: Interruption): AbortSignal {
  if (!phases[phase].wayBack) return halt;
  return kind === 'failover' ? AbortSignal.any([abort, halt]) : AbortSignal.any([abort, halt, turn]);
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
  const context = createStepContext(scope, index, planned.state === 'begun', signal);
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
  const { wayBack } = phases[operation.phase];
  const stays = wayBack && failure.code !== 'aborted' && staysOn(operation.steps, index);
  const back = isRecovery(failure) ? 'called-off' : 'aborted';
  const end: Cause['end'] = wayBack && !stays && hands.length === 0 ? back : 'failed';
  const out = wayBack
    ? stays
      ? []
      : rollbackOf(operation, journal.records(), hands)
    : [...takenOutAgain(operation, failure, index), ...secured(operation, failure)];
  const cause: Cause = { end, code: failure.code, reason: failure.message };
  const failed = index === null ? null : { index, detail: failure.message };
  await journal.record({ type: 'course-left', at: world.clock.now(), id, cause, failed, steps: out });
  publish(scope, failure.message);
}

/** What asked for it is no longer so. */
function isRecovery({ code }: RejuvError): boolean {
  return code === 'recovered-meanwhile' || code === 'no-longer-aged';
}

/**
 * A failure on the way out: a peer is waited for, what a person took is left to that person, and where nothing
 * helps the pair is kept safe. False: this process leaves the rest as it is recorded.
 */
async function stumble(
  scope: OperationScope,
  failure: RejuvError,
  index: number,
  patience: Patience,
): Promise<boolean> {
  const hands = handsIn(failure);
  if (hands.length > 0) {
    await endStep(scope, index, failure);
    await skipRest(scope, failure.message, (step) => hands.some((id) => sameServer(id, step.server)));
    return true;
  }
  if (patience.passesOnWayOut(failure)) return await patience.wait(failure, 'halt');
  const step = operationIn(scope).steps[index]?.step;
  // A spare that cannot be put to sleep runs on; that costs memory, not requests. A weight is for the keeper then. And
  // securing is the last resort.
  if (step?.kind === 'sleep' || step?.kind === 'secure' || step?.kind === 'weight') {
    await endStep(scope, index, failure);
    return true;
  }
  const { journal, id, world } = scope;
  const cause: Cause = { end: 'failed', code: failure.code, reason: failure.message };
  const failed = { index, detail: failure.message };
  const steps = secured(operationIn(scope), stillServing(operationIn(scope), failure));
  await journal.record({ type: 'course-left', at: world.clock.now(), id, cause, failed, steps });
  return true;
}

async function skipRest(
  scope: OperationScope,
  detail: string,
  which: (step: Step) => boolean,
): Promise<void> {
  const { wayOutFrom } = operationIn(scope);
  for (const [index, { step, state }] of operationIn(scope).steps.entries()) {
    const open = index >= (wayOutFrom ?? 0) && (state === 'planned' || state === 'begun');
    if (open && which(step)) {
      const at = scope.world.clock.now();
      await scope.journal.record({ type: 'step-ended', at, id: scope.id, index, state: 'skipped', detail });
    }
  }
}

async function endStep(
  scope: OperationScope,
  index: number,
  failure: RejuvError,
  state: 'failed' | 'skipped' = 'failed',
): Promise<void> {
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
  const { kind, backend, server, cause, steps, id } = operationIn(scope);
  // A safe end has told already; a person's own drain is watched by that person.
  const told = steps.some(({ step, state }) => step.kind === 'secure' && state === 'done');
  const unattended = takesSpare(kind) || kind === 'failover' || kind === 'recovery';
  // A spare that was no good is worth a word too: the next operation would take it again.
  const bad = phase === 'failed' || cause?.code === 'worse-than-peers';
  if (bad && cause !== null && unattended && !told) {
    const ended = phase === 'failed' ? 'failed' : 'was rolled back';
    const message = `${kind} of ${backend}/${server} ${ended}: ${cause.reason}`;
    const { fix } = catalogue[cause.code];
    const about = { code: cause.code, message, fix, server: { backend, server }, operation: id };
    await scope.journal.record({ type: 'alert', at: scope.world.clock.now(), ...about });
  }
  await scope.journal.record({ type: 'operation-ended', at: scope.world.clock.now(), id: scope.id, phase });
}

/** The server that a person took over in the middle, if that is the failure. */
function handsIn({ code, facts }: RejuvError): ServerId[] {
  if (code !== 'changed-by-hand' && code !== 'taken-over') return [];
  return [{ backend: backendName(String(facts['backend'])), server: serverName(String(facts['server'])) }];
}

function takenBy(records: Records, id: ServerId): RejuvError {
  const [intent] = Object.values(serverRecord(records, id).intents).toSorted((a, b) => b.at - a.at);
  return new RejuvError('taken-over', { ...id, by: intent?.operation ?? 'a person' });
}

function endMessage(scope: OperationScope): string {
  const { phase, cause } = operationIn(scope);
  return cause === null ? phases[phase].does : `${phase}: ${cause.reason}`;
}
