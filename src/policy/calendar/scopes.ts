import type { Freeze } from '../../domain/calendar.ts';
import type { RejuvError } from '../../domain/errors.ts';
import { reservedServers, takesSpare, type Operation } from '../../domain/operation.ts';
import type { Records } from '../../domain/records.ts';
import type { BackendSettings, Settings } from '../../domain/settings.ts';
import type { CalendarFacts } from './gates.ts';

/** The freezes of the calendar of all backends, and of that of one. */
export interface Freezes {
  readonly all: readonly Freeze[];
  readonly own: readonly Freeze[];
  /** Files that could not be read: whether there is a freeze is unknown then. */
  readonly problems: readonly RejuvError[];
}

/** The two calendars that stand over a start in a backend, with what they count. */
export function calendarScopesAt(
  now: number,
  settings: Settings,
  backend: BackendSettings,
  records: Records,
  freezes: Pick<Freezes, 'all' | 'own'>,
): CalendarFacts[] {
  const operations = records.operations.filter((one) => takesSpare(one.kind) && counts(one));
  return [
    { now, scope: 'all backends', calendar: settings.calendar, freezes: freezes.all, operations },
    {
      now,
      scope: `backend ${backend.name}`,
      calendar: backend.calendar,
      freezes: freezes.own,
      operations: operations.filter((one) => touches(one, backend)),
    },
  ];
}

/** What was called off before any server left service is as if it had not been. */
export function counts({ endedAt, phase, steps }: Operation): boolean {
  if (endedAt === null || phase === 'completed' || phase === 'failed') return true;
  return steps.some((step) => step.phase === 'draining' && step.beganAt !== null);
}

/** Its own, and those that share a host with its servers. */
export function touches(operation: Operation, { name }: Pick<BackendSettings, 'name'>): boolean {
  return operation.backend === name || reservedServers(operation).some((id) => id.backend === name);
}
