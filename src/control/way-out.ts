import { RejuvError } from '../domain/errors.ts';
import { formatServerId } from '../domain/names.ts';
import { isEnd, type EndPhase, type Operation, type PlannedStep } from '../domain/operation.ts';
import type { SecureStep, Step, WeightStep } from '../domain/step.ts';
import { plannedIn } from './procedures/pieces.ts';

/** Where there is no way back: the steps of the safe end, and what the end is. Pure. */

/** One that came back and fares worse than its peers goes out again, as its step says; the safe end then holds it. */
export function takenOutAgain(
  { steps, phase }: Operation,
  { code }: RejuvError,
  index: number | null,
): PlannedStep[] {
  const step = index === null ? undefined : steps[index]?.step;
  if (code !== 'worse-than-peers' || step?.kind !== 'bake' || phase === 'requested' || isEnd(phase))
    return [];
  return plannedIn(phase, step.out);
}

/** Where there is no way back, the way out keeps the pair safe, with weights as they were, and tells a person. */
export function secured(
  { backend, server, spare, phase, steps }: Operation,
  failure: RejuvError,
): PlannedStep[] {
  // Before its first step there is nothing to secure, and that is a phase with a way back.
  if (phase === 'requested' || isEnd(phase)) return [];
  const step: SecureStep = {
    kind: 'secure',
    server: { backend, server },
    spare: spare === null ? null : { backend, server: spare },
    code: failure.code,
    message: failure.message,
    fix: failure.fix,
  };
  return plannedIn(phase, [...weightsBack(steps), step]);
}

/** The weights that this operation has changed and not brought back. */
function weightsBack(steps: readonly PlannedStep[]): Step[] {
  const last = new Map<string, WeightStep>();
  for (const { step, found } of steps) {
    if (step.kind === 'weight' && found !== null) last.set(formatServerId(step.server), step);
  }
  return [...last.values()].filter(({ share }) => share < 1).map((step) => ({ ...step, share: 1 }));
}

/** What could not be drained again still serves, and why it should not is what a person has to know. */
export function stillServing({ cause }: Operation, failure: RejuvError): RejuvError {
  if (cause?.code !== 'worse-than-peers') return failure;
  const { code, facts } = failure;
  const problem = `${cause.reason}; it still serves: ${failure.message}`;
  return new RejuvError('not-taken-out', { ...facts, problem }, { cause: new RejuvError(code, facts) });
}

/** A way back on which a step failed has not led back; a spare that would not sleep is no matter. */
export function endOf({ cause, steps }: Operation): EndPhase {
  if (cause === null) return 'completed';
  const stuck = steps.some(
    ({ phase, state, step }) => phase === 'rolling-back' && state === 'failed' && step.kind !== 'sleep',
  );
  return stuck ? 'failed' : cause.end;
}

/** A person's drain that reached its deadline, or its sidecar's end, stays a drain. */
export function staysOn(steps: readonly PlannedStep[], index: number | null): boolean {
  const current = index === null ? steps.find(({ state }) => state === 'begun') : steps[index];
  return current?.step.kind === 'await-idle' && current.step.atDeadline === 'stop';
}
