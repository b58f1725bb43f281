import type { ErrorCode } from '../../domain/catalogue.ts';
import { openFault, serverFaults } from '../../domain/fault-records.ts';
import { isFault } from '../../domain/fault.ts';
import type { ServerId } from '../../domain/names.ts';
import { isEnd, type Operation } from '../../domain/operation.ts';
import { holderOf, serverRecord, type Records } from '../../domain/records.ts';
import type { FaultSettings } from '../../domain/settings.ts';
import { flapOf } from './flap.ts';
import type { Storm } from './storm.ts';

/** Operations that answered the fault that goes on, oldest first. */
export function answersTo(records: Records, server: ServerId): Operation[] {
  const open = openFault(serverFaults(records.faults, server));
  if (open === null) return [];
  return records.operations.filter(
    (one) =>
      (one.kind === 'failover' || one.kind === 'recovery') &&
      one.backend === server.backend &&
      one.server === server.server &&
      (one.endedAt ?? one.startedAt) >= open.at,
  );
}

/** Ends of a failover that say nothing about its spare. */
const notItsFault: readonly ErrorCode[] = [
  'interrupted',
  'aborted',
  'stopping',
  'recovered-meanwhile',
  'changed-by-hand',
];

/** Spares that did not take over in an earlier try at this fault, and why: the next one is taken. */
export function sparesThatFailed(records: Records, server: ServerId): Map<string, string> {
  return new Map(
    answersTo(records, server).flatMap(({ kind, spare, cause, id }) => {
      const own = cause !== null && !notItsFault.includes(cause.code);
      return kind === 'failover' && spare !== null && own
        ? [[spare, `did not take over in operation ${id}: ${cause.reason}`] as const]
        : [];
    }),
  );
}

/** A person stopped the failover of this fault: it is that person's from here on. */
export function stoppedByPerson(records: Records, server: ServerId): boolean {
  return answersTo(records, server).some(({ cause }) => cause?.code === 'aborted');
}

/**
 * Whether the ladder is to be climbed now: the server failed, is out of the way, nothing has it, no storm, no flapping,
 * and the last thing that was done about this fault was to take it out. Pure.
 */
export function recoveryIsDue(
  records: Records,
  server: ServerId,
  settings: FaultSettings,
  storm: Storm,
  now: number,
): boolean {
  const faults = serverFaults(records.faults, server);
  if (settings.recover.length === 0 || storm.since !== null || faults.quarantine !== null) return false;
  if (flapOf(faults.recoveries, settings.flap, now).flapping) return false;
  if (holderOf(records, server) !== null) return false;
  const last = records.operations.findLast(
    (one) =>
      (one.kind === 'failover' || one.kind === 'recovery') &&
      one.backend === server.backend &&
      one.server === server.server &&
      isEnd(one.phase),
  );
  if (last?.kind !== 'failover' || last.phase !== 'completed') return false;
  // Replaced, it is held by that failover; not replaced, its fault goes on.
  const { hold } = serverRecord(records, server);
  if (last.spare !== null) return hold?.operation === last.id;
  return hold === null && isFault(openFault(faults)?.verdict ?? 'well');
}
