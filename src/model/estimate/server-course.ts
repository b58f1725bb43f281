import type { Operation } from '../../domain/operation.ts';
import { hoursBetween, type HistoryDuration } from './history-duration.ts';
import type { Moment } from './server-moments.ts';
import type { ObservedLife } from './observed-life.ts';

/** A life as the records show it. */
export interface ServerLife extends ObservedLife {
  /** `backend/server` */
  readonly server: string;
  /**
   * failure · rejuvenation: ended while it ran, by a clock or a person, which says nothing about its condition · symptom:
   * ended because it showed signs of aging, which does say something · open: not ended yet.
   */
  readonly end: 'failure' | 'rejuvenation' | 'symptom' | 'open';
  /** The operation that ended it. */
  readonly operation: string | null;
}

/** Time in service that belongs to no life. */
export interface LeftOut {
  readonly server: string;
  readonly why: string;
}

/** What is known of one server while its moments are gone through. */
export interface Course {
  /** Null before the first moment: it may have served for long. */
  readonly serving: boolean | null;
  readonly since: number;
  readonly servedMs: number;
  /** Whether its last restart was seen, so that its age is known. */
  readonly ageKnown: boolean;
  readonly failedAt: { readonly at: number; readonly operation: string } | null;
}

export const unknownCourse: Course = {
  serving: null,
  since: 0,
  servedMs: 0,
  ageKnown: false,
  failedAt: null,
};

/** What one moment adds to the observations. */
export interface Turn {
  readonly course: Course;
  readonly life: ServerLife | null;
  readonly leftOut: LeftOut | null;
  readonly repair: HistoryDuration | null;
}

/** The course of a server after one more moment. Pure. */
export function turn(course: Course, moment: Moment, operation: Operation): Turn {
  const { at, server, kind } = moment;
  const nothing = { life: null, leftOut: null, repair: null };
  switch (kind) {
    case 'in': {
      const entered = course.serving === true ? course : { ...course, serving: true, since: at };
      return { ...nothing, ...repaired(entered, moment) };
    }
    case 'out': {
      const left = { ...rested(course, at), serving: false };
      // What served before the records knew it has an unknown age.
      return { ...nothing, course: left, leftOut: course.serving === null ? unseen(server, at) : null };
    }
    case 'new': {
      const ofTarget = server === `${operation.backend}/${operation.server}`;
      const end = operation.trigger === 'threshold' && ofTarget ? 'symptom' : 'rejuvenation';
      const ended = endOfLife(course, at, server, end, operation.id);
      return { ...nothing, ...ended, course: { ...rested(course, at), servedMs: 0, ageKnown: true } };
    }
    case 'failed': {
      const ended = endOfLife(course, at, server, 'failure', operation.id);
      // Whatever repairs it starts it anew.
      const failedAt = { at, operation: operation.id };
      const failed: Course = { serving: false, since: at, servedMs: 0, ageKnown: true, failedAt };
      return { ...nothing, ...ended, course: failed };
    }
    case 'fit':
      return { ...nothing, ...repaired(course, moment) };
  }
}

/** What is open at the end: censored there. */
export function close(course: Course, server: string, until: number): Omit<Turn, 'course'> {
  const { failedAt } = course;
  const repair =
    failedAt === null
      ? null
      : { server, operation: failedAt.operation, hours: hoursBetween(failedAt.at, until), complete: false };
  return { ...endOfLife(course, until, server, 'open', null), repair };
}

/** Service up to now goes into the age; the time out of service does not. */
function rested(course: Course, at: number): Course {
  return course.serving === true
    ? { ...course, servedMs: course.servedMs + at - course.since, since: at }
    : course;
}

function endOfLife(
  course: Course,
  at: number,
  server: string,
  end: ServerLife['end'],
  operation: string | null,
): { life: ServerLife | null; leftOut: LeftOut | null } {
  const { servedMs, ageKnown } = rested(course, at);
  const failed = end === 'failure';
  if (!ageKnown) return { life: null, leftOut: servedMs > 0 || failed ? unseen(server, at) : null };
  if (servedMs === 0) {
    const why = `it failed at ${new Date(at).toISOString()}, before it served`;
    return { life: null, leftOut: failed ? { server, why } : null };
  }
  const life = { server, hours: hoursBetween(0, servedMs), failed, end, operation };
  return { life, leftOut: null };
}

function unseen(server: string, at: number): LeftOut {
  const why = `its last restart before ${new Date(at).toISOString()} is not in the records`;
  return { server, why };
}

function repaired(
  course: Course,
  { at, server }: Moment,
): { course: Course; repair: HistoryDuration | null } {
  const { failedAt } = course;
  if (failedAt === null) return { course, repair: null };
  const hours = hoursBetween(failedAt.at, at);
  return {
    course: { ...course, failedAt: null },
    repair: { server, operation: failedAt.operation, hours, complete: true },
  };
}
