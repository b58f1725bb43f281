import type { Event } from '../../domain/event.ts';
import { noFaults } from '../../domain/fault-records.ts';
import type { Operation } from '../../domain/operation.ts';
import type { Records } from '../../domain/records.ts';

/**
 * Older formats as this one, one step per format. 1 to 2: schedules and pauses came; before, no operation was the run
 * of one. 2 to 3: faults came; before, no pause held up a failover.
 */
export function upgradeEvent(format: number, event: Event): Event {
  if (format < 3 && event.type === 'paused') return { ...event, includingFailover: false };
  if (format < 2 && event.type === 'operation-opened') {
    return { ...event, operation: withoutRun(event.operation) };
  }
  return event;
}

export function upgradeRecords(format: number, records: Records): Records {
  const second =
    format >= 2
      ? records
      : {
          ...records,
          operations: records.operations.map(withoutRun),
          schedules: {},
          runs: [],
          pause: null,
        };
  if (format >= 3) return second;
  const { pause } = second;
  return {
    ...second,
    pause: pause === null ? null : { ...pause, includingFailover: false },
    faults: noFaults,
  };
}

function withoutRun(operation: Operation): Operation {
  return { ...operation, run: null };
}
