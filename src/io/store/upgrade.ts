import type { Event } from '../../domain/event.ts';
import type { Operation } from '../../domain/operation.ts';
import type { Records } from '../../domain/records.ts';

/**
 * Older formats as this one, one step per format. 1 to 2: schedules and pauses came; before, no operation was the run of one.
 */
export function upgradeEvent(format: number, event: Event): Event {
  if (format >= 2 || event.type !== 'operation-opened') return event;
  return { ...event, operation: withoutRun(event.operation) };
}

export function upgradeRecords(format: number, records: Records): Records {
  if (format >= 2) return records;
  return { ...records, operations: records.operations.map(withoutRun), schedules: {}, runs: [], pause: null };
}

function withoutRun(operation: Operation): Operation {
  return { ...operation, run: null };
}
