import type { Event } from '../../domain/event.ts';
import { noFaults } from '../../domain/fault-records.ts';
import type { Operation } from '../../domain/operation.ts';
import type { Records, SeenProcess, ServerRecord } from '../../domain/records.ts';

/**
 * Older formats as this one, one step per format.
 * 1 to 2: schedules and pauses came; before, no operation was the run of one.
 * 2 to 3: faults came; before, no pause held up a failover. A way out knows where it begins, a failed step is told by the event that leaves the course, a process by the
 * states that it came up with, a word of rejuv's by whether a person has spoken since. An agent check that was switched on again was forgotten at once.
 * 3 to 4: measured aging, weights and rolls came; before, no operation was because of it, and none had its effect measured.
 */
export function upgradeEvent(format: number, event: Event): Event {
  if (format >= 4) return event;
  const third = format >= 3 ? event : upgradeToThird(format, event);
  if (third.type !== 'operation-opened') return third;
  return { ...third, operation: { ...third.operation, because: null, effect: null } };
}

function upgradeToThird(format: number, event: Event): Event {
  switch (event.type) {
    case 'operation-opened':
      return { ...event, operation: upgradeOperation(format, event.operation) };
    case 'paused':
      return { ...event, includingFailover: false };
    case 'course-left':
      return { ...event, failed: null };
    case 'process-seen':
      return { ...event, states: {} };
    case 'agent-intended': {
      const { at, loadBalancer, server } = event;
      return event.enabled ? { type: 'agent-restored', at, loadBalancer, server } : event;
    }
    default:
      return event;
  }
}

export function upgradeRecords(format: number, records: Records): Records {
  if (format >= 4) return records;
  const third = format >= 3 ? records : recordsToThird(format, records);
  return {
    ...third,
    rolls: [],
    operations: third.operations.map((operation) => ({ ...operation, because: null, effect: null })),
    servers: Object.fromEntries(
      Object.entries(third.servers).map(([name, server]) => [
        name,
        { ...server, aged: [], weights: {}, hands: {} },
      ]),
    ),
  };
}

function recordsToThird(format: number, records: Records): Records {
  const second = format >= 2 ? records : { ...records, schedules: {}, runs: [], pause: null };
  const { pause } = second;
  return {
    ...second,
    faults: noFaults,
    pause: pause === null ? null : { ...pause, includingFailover: false },
    operations: second.operations.map((operation) => upgradeOperation(format, operation)),
    servers: Object.fromEntries(
      Object.entries(second.servers).map(([name, server]) => [
        name,
        { ...server, intents: unyielded(server) },
      ]),
    ),
    processes: Object.fromEntries(
      Object.entries(second.processes).map(([name, seen]) => [name, withoutStates(seen)]),
    ),
  };
}

function upgradeOperation(format: number, operation: Operation): Operation {
  const { cause, steps } = operation;
  const back = steps.findIndex(({ phase }) => phase === 'rolling-back');
  const wayOutFrom = cause === null ? null : back === -1 ? steps.length : back;
  return { ...operation, run: format >= 2 ? operation.run : null, wayOutFrom, resumedAt: [] };
}

function unyielded({ intents }: ServerRecord): ServerRecord['intents'] {
  return Object.fromEntries(
    Object.entries(intents).map(([name, intent]) => [name, { ...intent, yielded: false, wayOut: false }]),
  );
}

function withoutStates(seen: SeenProcess): SeenProcess {
  return { ...seen, states: {}, earlier: {} };
}
