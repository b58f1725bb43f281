import type { CalendarSettings, Freeze } from '../../domain/calendar.ts';
import { RejuvError } from '../../domain/errors.ts';
import type { Operation, OperationRequest } from '../../domain/operation.ts';
import { pauseAt, type Pause } from '../../domain/pause.ts';
import { isOpen, nextOpening } from './windows.ts';

/** What the calendars ask about a start. */
export type Start = Pick<OperationRequest, 'trigger' | 'force' | 'because'>;

/** The calendars that stand over one start, and what they are asked about. */
export interface CalendarFacts {
  readonly now: number;
  /** What the gates speak of: `all backends`, or `backend shop`. */
  readonly scope: string;
  readonly calendar: CalendarSettings;
  /** Those of the calendar and of its files. */
  readonly freezes: readonly Freeze[];
  /** Rejuvenations and switchovers in this scope, ended ones included. */
  readonly operations: readonly Pick<Operation, 'id' | 'kind' | 'server' | 'startedAt' | 'endedAt'>[];
}

/** The freeze that holds at an instant and ends last; null: none. */
export function freezeAt(freezes: readonly Freeze[], at: number): Freeze | null {
  const holding = freezes.filter(({ fromAt, untilAt }) => fromAt <= at && at < untilAt);
  const [longest] = holding.toSorted((a, b) => b.untilAt - a.untilAt);
  return longest ?? null;
}

/** Closed: no window is open. It gates the start only. */
export function windowProblem({ now, scope, calendar: { windows } }: CalendarFacts): RejuvError | null {
  if (isOpen(windows, now)) return null;
  const next = nextOpening(windows, now);
  return new RejuvError('outside-window', { scope, next: next === null ? 'never' : iso(next) });
}

export function freezeProblem({ now, scope, freezes }: CalendarFacts): RejuvError | null {
  const freeze = freezeAt(freezes, now);
  if (freeze === null) return null;
  return new RejuvError('frozen', { scope, until: iso(freeze.untilAt), reason: freeze.reason });
}

/** Too soon after the last one. A clock that was set back does not make it wait longer than the spacing. */
export function spacingProblem({ now, scope, calendar, operations }: CalendarFacts): RejuvError | null {
  const { spacingMs } = calendar;
  if (spacingMs === 0) return null;
  const ended = operations.flatMap(({ endedAt }) => (endedAt === null || endedAt > now ? [] : [endedAt]));
  if (ended.length === 0) return null;
  const free = Math.max(...ended) + spacingMs;
  return now >= free ? null : new RejuvError('spacing', { scope, until: iso(free) });
}

/** As many are open as may be. */
export function atOnceProblem({ scope, calendar, operations }: CalendarFacts): RejuvError | null {
  const limit = calendar.maxAtOnce;
  const open = operations.filter(({ endedAt }) => endedAt === null);
  if (limit === null || open.length < limit) return null;
  const ids = open.map(({ id, kind, server }) => `${id} (${kind} of ${server})`).join(', ');
  return new RejuvError('at-once', { scope, limit, open: ids });
}

/** A person has paused everything. */
export function pauseProblem(pause: Pause | null, now: number): RejuvError | null {
  const holding = pauseAt(pause, now);
  if (holding === null) return null;
  const { by, since, until, reason } = holding;
  const end = until === null ? 'until somebody resumes' : `until ${iso(until)}`;
  return new RejuvError('paused', { by: by ?? 'a person', since: iso(since), until: end, reason });
}

/** Every reason of a pause and of the calendars against a start. `scopes`: that of all backends, and that of the backend. */
export function calendarProblems(
  start: Start,
  pause: Pause | null,
  scopes: readonly CalendarFacts[],
): RejuvError[] {
  // A fault waits for nobody.
  if (start.trigger === 'fault') return [];
  const automatic = start.trigger !== 'operator';
  const gates = [
    ...(start.force ? [] : [freezeProblem]),
    // A person who types it means now, and what is unstable does not last until the next window.
    ...(automatic && start.because?.severity !== 'unstable' ? [windowProblem] : []),
    ...(automatic ? [spacingProblem] : []),
    atOnceProblem,
  ];
  const now = scopes[0]?.now ?? 0;
  const paused = start.force ? null : pauseProblem(pause, now);
  return [
    ...(paused === null ? [] : [paused]),
    ...gates.flatMap((gate) => scopes.flatMap((facts) => gate(facts) ?? [])),
  ];
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
