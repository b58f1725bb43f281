import { notNegative, refuse } from '../refuse.ts';
import { rateOf, type RateEstimate } from './exponential.ts';
import type { ObservedLife } from './observed-life.ts';

/** What happens to a server in the four-state model. `start`: it is observed from here on, healthy. */
export type StateEventKind = 'start' | 'unstable' | 'fail' | 'repair_end' | 'rejuv_start' | 'rejuv_end';

export interface StateEvent {
  /** Hours since any common origin. */
  readonly atHours: number;
  readonly server: string;
  readonly event: StateEventKind;
}

export type ServerState = 'healthy' | 'unstable' | 'failed' | 'rejuvenating';

type Move = `${ServerState} to ${ServerState}`;

/** Which event leads where. Any other one means that the history lacks an event, or has one too many. */
const moves: Readonly<Record<ServerState, Partial<Record<StateEventKind, ServerState>>>> = {
  healthy: { unstable: 'unstable', fail: 'failed', rejuv_start: 'rejuvenating' },
  unstable: { fail: 'failed', rejuv_start: 'rejuvenating' },
  failed: { repair_end: 'healthy' },
  rejuvenating: { rejuv_end: 'healthy' },
};

/** Time in each state, moves between them, and lives from (re)start to failure or censoring. */
export interface StateHistory {
  readonly hours: Readonly<Record<ServerState, number>>;
  readonly moves: Readonly<Partial<Record<Move, number>>>;
  /** Server by server, in order of their names. */
  readonly lives: readonly ObservedLife[];
}

interface Course {
  state: ServerState;
  since: number;
  bornAt: number;
  readonly lives: ObservedLife[];
}

/**
 * Follows each server through the four states; what is open at `endHours` is censored there.
 * @param events in order of time.
 * @throws RejuvError `model-input` naming `events[i]` for a clock running backwards, a server that did not start, an
 *   event that cannot follow the one before it, or one after the end.
 */
export function followStates(events: readonly StateEvent[], endHours: number): StateHistory {
  notNegative('endHours', endHours);
  const hours = { healthy: 0, unstable: 0, failed: 0, rejuvenating: 0 };
  const counts: Partial<Record<Move, number>> = {};
  const courses = new Map<string, Course>();
  let before = -Infinity;
  for (const [i, { atHours, server, event }] of events.entries()) {
    const field = `events[${i}]`;
    requireTime(field, atHours, before, endHours);
    before = atHours;
    const course = courses.get(server);
    if (event === 'start') {
      if (course !== undefined) refuse(`${field}.event`, `${server} starts a second time`);
      courses.set(server, { state: 'healthy', since: atHours, bornAt: atHours, lives: [] });
      continue;
    }
    if (course === undefined) refuse(`${field}.server`, `${server} has not started yet`);
    const { state } = course;
    const next = moves[state][event];
    if (next === undefined) {
      refuse(`${field}.event`, `${server} is ${state}, which ${event} cannot follow; an event is missing`);
    }
    hours[state] += atHours - course.since;
    counts[`${state} to ${next}`] = (counts[`${state} to ${next}`] ?? 0) + 1;
    if (next === 'failed' || next === 'rejuvenating') endLife(course, atHours, next === 'failed');
    if (next === 'healthy') course.bornAt = atHours;
    course.state = next;
    course.since = atHours;
  }
  for (const course of courses.values()) {
    hours[course.state] += endHours - course.since;
    if (course.state === 'healthy' || course.state === 'unstable') endLife(course, endHours, false);
  }
  const inOrder = [...courses.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  return { hours, moves: counts, lives: inOrder.flatMap(([, { lives }]) => lives) };
}

/** A life of no length tells nothing. */
function endLife({ lives, bornAt }: Course, atHours: number, failed: boolean): void {
  if (atHours > bornAt) lives.push({ hours: atHours - bornAt, failed });
}

function requireTime(field: string, atHours: number, before: number, endHours: number): void {
  if (!Number.isFinite(atHours)) refuse(`${field}.at`, `must be a finite time; it is ${atHours}`);
  if (atHours < before) refuse(`${field}.at`, `the clock runs backwards from ${before} h to ${atHours} h`);
  if (atHours > endHours) refuse(`${field}.at`, `${atHours} h lies after the end, ${endHours} h`);
}

/** The rates of the four-state chain, each as moves per hour in the state they leave; null where no time was spent. */
export interface StateRates {
  /** healthy to unstable */
  readonly aging: RateEstimate | null;
  /** unstable to failed */
  readonly failure: RateEstimate | null;
  /** healthy to failed: not by aging */
  readonly suddenFailure: RateEstimate | null;
  /** unstable to rejuvenating */
  readonly rejuvenationStart: RateEstimate | null;
  readonly repair: RateEstimate | null;
  readonly rejuvenation: RateEstimate | null;
}

/** Maximum likelihood, with intervals; open times count as exposure. */
export function stateRates(history: StateHistory, confidence: number): StateRates {
  const rate = (from: ServerState, to: ServerState): RateEstimate | null =>
    rateOf(history.moves[`${from} to ${to}`] ?? 0, history.hours[from], confidence);
  return {
    aging: rate('healthy', 'unstable'),
    failure: rate('unstable', 'failed'),
    suddenFailure: rate('healthy', 'failed'),
    rejuvenationStart: rate('unstable', 'rejuvenating'),
    repair: rate('failed', 'healthy'),
    rejuvenation: rate('rejuvenating', 'healthy'),
  };
}
