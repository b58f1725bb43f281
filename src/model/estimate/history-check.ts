import { formatServerId } from '../../domain/names.ts';
import { isEnd, reservedServers, type Operation } from '../../domain/operation.ts';
import { refuse } from '../refuse.ts';

/**
 * Refuses what cannot have happened: instants that are missing or out of order, within an operation and from one to the
 * next as the records hold them, and two operations on one server at the same time.
 * @param until now, Unix milliseconds.
 * @throws RejuvError `model-input` naming the operation and the field.
 */
export function checkOperations(operations: readonly Operation[], until: number): void {
  if (!Number.isFinite(until)) refuse('until', `must be an instant; it is ${until}`);
  const lastOn = new Map<string, Operation>();
  let previous: Operation | null = null;
  for (const operation of operations) {
    checkTimes(operation, until);
    if (previous !== null && operation.startedAt < previous.startedAt) {
      const problem = `it is recorded after operation ${previous.id} and begins before it; the clock ran backwards`;
      refuse(`operation ${operation.id}.startedAt`, problem);
    }
    previous = operation;
    for (const server of reservedServers(operation)) {
      const name = formatServerId(server);
      const before = lastOn.get(name);
      if (before !== undefined && (before.endedAt ?? until) > operation.startedAt) {
        const problem = `it begins before operation ${before.id} on ${name} has ended`;
        refuse(`operation ${operation.id}.startedAt`, problem);
      }
      lastOn.set(name, operation);
    }
  }
}

function checkTimes(operation: Operation, until: number): void {
  const { id, startedAt, endedAt, phase, steps } = operation;
  const field = (name: string): string => `operation ${id}.${name}`;
  if (!Number.isFinite(startedAt)) refuse(field('startedAt'), `must be an instant; it is ${startedAt}`);
  let before = startedAt;
  const inOrder = (name: string, at: number): void => {
    if (!(at >= before)) {
      refuse(field(name), `${instant(at)} is before ${instant(before)}; the clock ran backwards`);
    }
    before = at;
  };
  for (const [i, { state, beganAt, endedAt: end }] of steps.entries()) {
    if (state === 'done' && beganAt === null) refuse(field(`steps[${i}].beganAt`), 'is missing');
    if (state === 'done' && end === null) refuse(field(`steps[${i}].endedAt`), 'is missing');
    // What was skipped, or refused at the first look, took no time of its own.
    if (state === 'skipped' || beganAt === null) continue;
    inOrder(`steps[${i}].beganAt`, beganAt);
    if (end !== null) inOrder(`steps[${i}].endedAt`, end);
  }
  if (isEnd(phase) !== (endedAt !== null)) {
    refuse(
      field('endedAt'),
      endedAt === null ? `is missing, though it is ${phase}` : `is set, in phase ${phase}`,
    );
  }
  if (endedAt !== null) inOrder('endedAt', endedAt);
  if (before > until) refuse(field('endedAt'), `${instant(before)} lies after now, ${instant(until)}`);
}

function instant(at: number): string {
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at);
}
