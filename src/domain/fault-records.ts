import type { Verdict } from './fault.ts';
import type { FaultEvent } from './fault-event.ts';
import { formatServerId, type ServerId } from './names.ts';

export interface SeenFault {
  readonly verdict: Verdict;
  readonly at: number;
  /** Null: it goes on. */
  readonly overAt: number | null;
  /** A spare at rest: it served nobody. */
  readonly resting?: true;
}

/** The last whole checkpoint of a primary. */
export interface MadeCheckpoint {
  readonly at: number;
  /** The spare that holds it; null: the store. */
  readonly receiver: string | null;
  readonly slot: number;
  readonly tookMs: number;
}

/** What is remembered of the faults of one server, under its `backend/server`. */
export interface ServerFaults {
  /** Oldest first; at most the last one goes on. */
  readonly faults: readonly SeenFault[];
  /** When it recovered, oldest first, since a person last ended a quarantine. */
  readonly recoveries: readonly number[];
  readonly quarantine: { readonly since: number; readonly reason: string } | null;
  readonly checkpoint: MadeCheckpoint | null;
  /** Why the last try made none; null once one was made. */
  readonly checkpointFailure: {
    readonly at: number;
    readonly code: string;
    readonly message: string;
  } | null;
}

export interface StormRecord {
  /** Null: none now. */
  readonly since: number | null;
  /** When the last one ended; failures before it count no more. */
  readonly endedAt: number | null;
}

/** What the events of faults say, folded. Plain JSON. */
export interface FaultRecords {
  readonly servers: Readonly<Record<string, ServerFaults>>;
  /** Per backend. */
  readonly storms: Readonly<Record<string, StormRecord>>;
}

export const noFaults: FaultRecords = { servers: {}, storms: {} };

const unheardOf: ServerFaults = {
  faults: [],
  recoveries: [],
  quarantine: null,
  checkpoint: null,
  checkpointFailure: null,
};

const keptPerServer = 20;

export function serverFaults(records: FaultRecords, id: ServerId): ServerFaults {
  return records.servers[formatServerId(id)] ?? unheardOf;
}

/** The fault that goes on; null: none. */
export function openFault({ faults }: ServerFaults): SeenFault | null {
  const last = faults.at(-1);
  return last?.overAt === null ? last : null;
}

/**
 * Since when the fault that goes on keeps the server from serving, by whatever signs: one that failed may hang while it
 * is put back. Null: no fault goes on.
 */
export function troubleSince({ faults }: ServerFaults): number | null {
  const last = faults.at(-1);
  if (last?.overAt !== null) return null;
  let since = last.at;
  for (const before of faults.slice(0, -1).toReversed()) {
    if (before.overAt !== since || before.verdict === 'unreachable') break;
    since = before.at;
  }
  return since;
}

/** The records after one more event. Pure. */
export function applyFault(records: FaultRecords, event: FaultEvent): FaultRecords {
  switch (event.type) {
    case 'fault-seen':
      return change(records, event.server, (one) => {
        const { verdict, at, resting } = event;
        const seen = { verdict, at, overAt: null, ...(resting === undefined ? {} : { resting }) };
        const faults = [...closed(one, at).faults, seen].slice(-keptPerServer);
        return { ...one, faults };
      });
    case 'fault-over':
      return change(records, event.server, (one) => closed(one, event.at));
    case 'recovered':
      return change(records, event.server, (one) => ({
        ...closed(one, event.at),
        recoveries: [...one.recoveries, event.at].slice(-keptPerServer),
      }));
    case 'quarantined':
      return change(records, event.server, (one) => ({
        ...one,
        quarantine: { since: event.at, reason: event.reason },
      }));
    case 'quarantine-ended':
      return change(records, event.server, (one) => ({ ...one, quarantine: null, recoveries: [] }));
    case 'storm-began':
      return withStorm(records, event.backend, { since: event.at });
    case 'storm-ended':
      return withStorm(records, event.backend, { since: null, endedAt: event.at });
    case 'checkpoint-made': {
      const { at, receiver, slot, tookMs } = event;
      const checkpoint = { at, receiver, slot, tookMs };
      return change(records, event.server, (one) => ({ ...one, checkpoint, checkpointFailure: null }));
    }
    case 'checkpoint-failed': {
      const { at, code, message } = event;
      return change(records, event.server, (one) => ({ ...one, checkpointFailure: { at, code, message } }));
    }
  }
}

function closed(one: ServerFaults, at: number): ServerFaults {
  const open = openFault(one);
  if (open === null) return one;
  return { ...one, faults: [...one.faults.slice(0, -1), { ...open, overAt: at }] };
}

function withStorm(records: FaultRecords, backend: string, storm: Partial<StormRecord>): FaultRecords {
  const before = records.storms[backend] ?? { since: null, endedAt: null };
  return { ...records, storms: { ...records.storms, [backend]: { ...before, ...storm } } };
}

function change(records: FaultRecords, id: ServerId, to: (one: ServerFaults) => ServerFaults): FaultRecords {
  const key = formatServerId(id);
  return { ...records, servers: { ...records.servers, [key]: to(serverFaults(records, id)) } };
}
