import type { BackendName } from '../../domain/names.ts';
import { formatServerId } from '../../domain/names.ts';
import { reservedServers } from '../../domain/operation.ts';
import type { Records } from '../../domain/records.ts';
import { checkOperations } from './history-check.ts';
import { bootsIn, outOfServiceIn, takeoverIn, type HistoryDuration } from './history-duration.ts';
import {
  close,
  turn,
  unknownCourse,
  type Course,
  type LeftOut,
  type ServerLife,
  type Turn,
} from './server-course.ts';
import { momentsOf } from './server-moments.ts';

/** What the records of the sidecar say about one backend, ready to be estimated from. */
export interface Observations {
  /** Lives in service since the last restart or rejuvenation; those that ended by a symptom are marked. */
  readonly lives: readonly ServerLife[];
  /** Time in service without a known age, with the reason. */
  readonly leftOut: readonly LeftOut[];
  /** From a failure until the server serves or is verified again. */
  readonly repairs: readonly HistoryDuration[];
  /** From a server's leaving until it is verified as the next spare. */
  readonly rejuvenations: readonly HistoryDuration[];
  /** From the order to reboot until the host had proven it. */
  readonly boots: readonly HistoryDuration[];
  /** Starting and probing the server that takes over. */
  readonly activations: readonly HistoryDuration[];
  /** Putting it in service, both load balancers' checks included. No request waits for it. */
  readonly switchovers: readonly HistoryDuration[];
}

/**
 * Reads observations out of the records.
 *
 * A life counts the time in service only: a spare that rests does not age, and a server that was out without being
 * restarted goes on with the age that it had. It begins with a restart that the records show (a reboot, all actions of a
 * rejuvenation, the start of a sleeping application, a repair) and ends by a failure; a rejuvenation, and now, censor
 * it. The first time in service of a server, before any restart seen, is left out: its age is unknown.
 *
 * What it cannot know: a failure or restart behind rejuv's back, an admin state set in HAProxy by hand, operations older
 * than the last 1,000, and failures as such before rejuv watches for them (see `failureOf`).
 *
 * @param until now, Unix milliseconds.
 * @param without ids of operations to leave out, such as one whose times are damaged; the age of every server that they
 *   touched is unknown after it.
 * @throws RejuvError `model-input` naming the operation and the field, for instants that are missing or run backwards,
 *   and operations that overlap on one server.
 */
export function observeHistory(
  records: Pick<Records, 'operations'>,
  backend: BackendName,
  until: number,
  without: ReadonlySet<string> = new Set(),
): Observations {
  const counted = records.operations.filter(({ id }) => !without.has(id));
  checkOperations(counted, until);
  const courses = new Map<string, Course>();
  const turns: Omit<Turn, 'course'>[] = [];
  for (const operation of records.operations) {
    if (without.has(operation.id)) {
      for (const server of reservedServers(operation)) courses.set(formatServerId(server), unknownCourse);
      continue;
    }
    for (const moment of momentsOf(operation)) {
      const after = turn(courses.get(moment.server) ?? unknownCourse, moment, operation);
      courses.set(moment.server, after.course);
      if (isOf(backend, moment.server)) turns.push(after);
    }
  }
  for (const [server, course] of courses) {
    if (isOf(backend, server)) turns.push(close(course, server, until));
  }
  const own = counted.filter((operation) => operation.backend === backend);
  return {
    lives: turns.flatMap(({ life }) => (life === null ? [] : [life])),
    leftOut: turns.flatMap(({ leftOut }) => (leftOut === null ? [] : [leftOut])),
    repairs: turns.flatMap(({ repair }) => (repair === null ? [] : [repair])),
    rejuvenations: own.flatMap((operation) => outOfServiceIn(operation, until)),
    boots: own.flatMap((operation) => bootsIn(operation, until)),
    activations: own.flatMap((operation) => takeoverIn(operation, 'activating', until)),
    switchovers: own.flatMap((operation) => takeoverIn(operation, 'admitting', until)),
  };
}

function isOf(backend: BackendName, server: string): boolean {
  return server.startsWith(`${backend}/`);
}
