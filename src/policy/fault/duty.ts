import type { Duty } from '../../domain/fault.ts';
import type { Role } from '../../domain/server.ts';
import type { Evidence } from './evidence.ts';
import { noStreak } from './streak.ts';
import type { Sighting } from './sighting.ts';

export interface DutyFacts {
  readonly sightings: readonly Sighting[];
  readonly role: Role;
  /** Spares of the backend are stopped: it has `spare.start`. */
  readonly sparesSleep: boolean;
  /** Held out of service, or taken by an open operation, which asks for its own proofs. */
  readonly held: boolean;
}

/**
 * What is expected of a server now, by what the load balancers were told and not by what rejuv remembers: one in
 * maint or drain by an operation or by a person is not expected to serve. Pure.
 */
export function dutyOf({ sightings, role, sparesSleep, held }: DutyFacts): Duty {
  const admins = sightings.flatMap(({ admin }) => (admin === null ? [] : [admin]));
  if (admins.includes('ready')) return 'serving';
  if (admins.includes('drain')) return 'leaving';
  if (held) return 'out';
  if (role === 'spare') return sparesSleep ? 'asleep' : 'warm';
  // Nobody can tell whether a primary is in service: it is judged as if it were, which then is `unknown`.
  return admins.length === 0 ? 'serving' : 'out';
}

/**
 * What counts of the evidence once the duty changes: an application that was stopped, or a host that was rebooted, has
 * failed its probes meanwhile, and that says nothing about it now. Pure.
 */
export function carriedOver(evidence: Evidence, before: Duty | null, now: Duty): Evidence {
  if (before === null || before === now) return evidence;
  const ssh = before === 'out' ? noStreak : evidence.ssh;
  // Nor do the probes that it passed before it was taken out say that it may come back.
  const asksAnew = now === 'out' || before === 'out' || before === 'asleep';
  return asksAnew ? { ...evidence, ssh, watchdog: noStreak, hanging: 0 } : { ...evidence, ssh };
}
