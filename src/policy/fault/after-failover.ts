import { openFault, serverFaults, troubleSince } from '../../domain/fault-records.ts';
import { isFault } from '../../domain/fault.ts';
import { sameServer, type OperationId, type ServerId } from '../../domain/names.ts';
import type { Operation } from '../../domain/operation.ts';
import { holderOf, serverRecord, type Records } from '../../domain/records.ts';
import type { FaultSettings } from '../../domain/settings.ts';
import { flapOf } from './flap.ts';
import type { Storm } from './storm.ts';

/**
 * The last failover of a server that went through; null: none. Where it had a spare, that one has taken its place, for
 * as long as the roles say so. Pure.
 */
export function lastFailover({ operations }: Records, server: ServerId): Operation | null {
  const ofIt = (one: Operation): boolean =>
    one.kind === 'failover' && one.phase === 'completed' && sameServer(one, server);
  return operations.findLast(ofIt) ?? null;
}

/**
 * The failover that gave its place away and keeps it out until it is repaired, also where it passes again by itself since;
 * null: none. Pure.
 */
export function heldByFailover(records: Records, server: ServerId): Operation | null {
  const { hold } = serverRecord(records, server);
  if (hold === null) return null;
  const last = lastFailover(records, server);
  return last !== null && last.spare !== null && hold.operation === last.id ? last : null;
}

/** Operations that answered the fault that goes on, or that keeps it out still, oldest first. */
export function answersTo(records: Records, server: ServerId): Operation[] {
  const { faults } = records;
  const since =
    troubleSince(serverFaults(faults, server)) ?? heldByFailover(records, server)?.startedAt ?? null;
  if (since === null) return [];
  return records.operations.filter(
    (one) =>
      (one.kind === 'failover' || one.kind === 'recovery' || isPutBack(one)) &&
      sameServer(one, server) &&
      (one.endedAt ?? one.startedAt) >= since,
  );
}

/** rejuv's own try to put a server back; a person's `ready` is that person's. */
export function isPutBack({ kind, trigger }: Operation): boolean {
  return kind === 'ready' && trigger === 'fault';
}

/** What ended an operation without saying anything about its servers. */
export const outsideCauses: readonly string[] = [
  'interrupted',
  'aborted',
  'stopping',
  'preempted',
  'recovered-meanwhile',
  'changed-by-hand',
];

/** A person stopped what was done about this fault: it is that person's from here on. Null: nobody did. */
export function stoppedByPerson(records: Records, server: ServerId): OperationId | null {
  return answersTo(records, server).findLast(({ cause }) => cause?.code === 'aborted')?.id ?? null;
}

/** It was taken out without a replacement, and not put back since: to do so once more would change nothing. */
export function takenOutAlone(records: Records, server: ServerId): boolean {
  const last = answersTo(records, server).findLast(
    ({ kind, phase }) => kind !== 'recovery' && phase === 'completed',
  );
  return last?.kind === 'failover' && last.spare === null;
}

/**
 * Whether the ladder is to be climbed now: the server failed, is out of the way, nothing has it, no storm, no flapping,
 * and it was not climbed for this fault yet. Pure.
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
  if (holderOf(records, server) !== null || stoppedByPerson(records, server) !== null) return false;
  const last = lastFailover(records, server);
  if (last === null) return false;
  const answers = answersTo(records, server);
  // One that ended before its first step is none.
  if (answers.some(({ kind, phase }) => kind === 'recovery' && phase !== 'aborted')) return false;
  // Replaced, it is held by that failover; not replaced, its fault goes on.
  if (last.spare !== null) return heldByFailover(records, server) !== null;
  return (
    serverRecord(records, server).hold === null &&
    isFault(openFault(faults)?.verdict ?? 'well') &&
    answers.includes(last)
  );
}
