import { RejuvError } from '../domain/errors.ts';
import { isEnd, phases, takesSpare, type Operation } from '../domain/operation.ts';
import type { Step } from '../domain/step.ts';
import { mayBeFailing } from '../policy/fault/impending.ts';
import type { Interruption } from './interruption.ts';
import { failoverFrom } from './procedures/failover.ts';
import { operationIn, publish, type OperationScope } from './step-context.ts';

/** How an operation whose server fails becomes the failover of that server. */

/** Its server has failed, and traffic can still be moved without it. */
export function turns({ kind, cause, phase }: Operation, { turn }: Interruption): boolean {
  return turn.aborted && cause === null && kind !== 'failover' && phases[phase].wayBack;
}

/** Goes on as the failover that was planned for it; gives the failure by which it leaves its course where there is none. */
export async function turnCourse(
  scope: OperationScope,
  { turned }: Interruption,
): Promise<RejuvError | null> {
  const { phase, id } = operationIn(scope);
  const next = turned();
  if (next === null || phase === 'requested' || isEnd(phase)) return new RejuvError('interrupted', { phase });
  const steps = failoverFrom(phase, next.steps);
  const { reason } = next;
  await scope.journal.record({ type: 'course-turned', at: scope.world.clock.now(), id, reason, steps });
  publish(scope, `becomes a failover: ${reason}`);
  return null;
}

/** The steps that reach into the server itself: they notice its death before HAProxy does. */
const reaching: readonly Step['kind'][] = ['run', 'copy', 'request'];

/**
 * A step failed on the server under rejuvenation: waits until it is known whether that server is failing, or not. True:
 * it is, and the operation is to be turned; or an abort or the end of this process came first.
 */
export async function turnsAfter(
  scope: OperationScope,
  interruption: Interruption,
  { kind, server }: Step,
  failure: RejuvError,
): Promise<boolean> {
  const operation = operationIn(scope);
  const { clock, settings } = scope.world;
  const backend = settings.backends.find(({ name }) => name === server.backend);
  const faults = backend?.faults ?? null;
  const own = server.backend === operation.backend && server.server === operation.server;
  const turnable = takesSpare(operation.kind) && phases[operation.phase].wayBack;
  if (faults === null || !own || !turnable || !reaching.includes(kind)) return false;
  const { abort, halt, turn } = interruption;
  const over = AbortSignal.any([abort, halt, turn]);
  const began = clock.monotonic();
  const waits = (): boolean =>
    mayBeFailing({
      judgement: scope.judgementOf(server),
      settings: faults,
      probeMs: backend?.probe?.timeoutMs ?? 0,
      sinceMs: clock.monotonic() - began,
    });
  if (waits()) publish(scope, `waits whether ${server.server} is failing: ${failure.message}`);
  while (!over.aborted && waits()) {
    await clock.sleep(faults.everyMs / 4, over).catch(() => undefined);
  }
  return over.aborted;
}
