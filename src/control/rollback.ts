import { sameServer, type ServerId } from '../domain/names.ts';
import type { Operation, PlannedStep } from '../domain/operation.ts';
import { serverRecord, type Records } from '../domain/records.ts';
import { plannedIn } from './procedures/pieces.ts';
import { lawOf } from './steps/laws.ts';

/**
 * The steps that lead back to what was, newest first: what each begun step gives as its undo, but for servers that
 * are a person's or another operation's by now. Pure.
 */
export function rollbackOf(
  operation: Operation,
  records: Records,
  hands: readonly ServerId[],
): PlannedStep[] {
  const steps = operation.steps
    .filter(({ found }) => found !== null)
    .filter(({ step }) => !hands.some((id) => sameServer(id, step.server)))
    .filter(({ step }) => !takenOver(operation, records, step.server))
    .toReversed()
    .flatMap(({ step, found }) => lawOf(step).undo(step, found ?? {}));
  return plannedIn('rolling-back', steps);
}

/** True when a later operation has set the server since: its word counts now, unless this one goes on from there. */
export function takenOver(operation: Operation, records: Records, id: ServerId): boolean {
  // By their order in the records: a wall clock may go back.
  const order = records.operations.map((one) => one.id);
  const own = order.indexOf(operation.id);
  return Object.values(serverRecord(records, id).intents).some(
    (intent) =>
      intent.operation !== null &&
      intent.operation !== operation.follows &&
      order.indexOf(intent.operation) > own,
  );
}
