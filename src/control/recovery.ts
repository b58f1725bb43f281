import { RejuvError } from '../domain/errors.ts';
import { phases, type Operation } from '../domain/operation.ts';
import { openOperations } from '../domain/records.ts';
import type { Clock } from '../domain/seams.ts';
import type { Journal } from './journal.ts';
import type { Runs } from './runs.ts';

/**
 * Takes up every operation that the records hold as open, each by the table of phases: what had not touched the
 * server yet is taken back, what had is carried on. They run side by side, so that a host that does not answer is
 * waited for beside the others. Only records are written here; the steps themselves look before they act.
 */
export async function takeUp(clock: Clock, journal: Journal, runs: Runs): Promise<void> {
  await Promise.all(
    openOperations(journal.records()).map(async (operation) => {
      const { id } = operation;
      const how = operation.cause === null ? phases[operation.phase].afterCrash : 'carry-on';
      // On a full disk it is taken up all the same: a way back is what there is room for.
      await journal.record({ type: 'operation-resumed', at: clock.now(), id, how }).catch(() => undefined);
      runs.start(operation, interruptionOf(operation, how));
    }),
  );
}

/** Why it leaves its course now; an abort that was asked for counts before everything else. */
function interruptionOf(
  { cause, abortAsked, phase }: Operation,
  how: 'roll-back' | 'carry-on',
): RejuvError | undefined {
  if (cause !== null) return undefined;
  if (abortAsked !== null) {
    return new RejuvError('aborted', { by: abortAsked.by ?? 'a person', reason: abortAsked.reason });
  }
  return how === 'roll-back' ? new RejuvError('interrupted', { phase }) : undefined;
}
