import type { Severity } from './aging.ts';
import type { RunOutcome } from './calendar.ts';
import { noFaults, type FaultRecords } from './fault-records.ts';
import { formatServerId, sameServer, type OperationId, type ServerId } from './names.ts';
import { isEnd, reservedServers, type Operation } from './operation.ts';
import type { Pause } from './pause.ts';
import type { Roll } from './roll.ts';
import type { AdminState, Role } from './server.ts';
import type { Process } from './snapshot.ts';

/** What rejuv last set on one load balancer, and in which process. */
export interface Intent {
  readonly to: AdminState;
  readonly from: AdminState;
  readonly process: Process;
  readonly at: number;
  readonly operation: OperationId | null;
  /** Not read back yet: `from` is as likely as `to`. */
  readonly unsure: boolean;
  /** A person has spoken since, in this process: it is no longer rejuv's to keep. */
  readonly yielded: boolean;
  /** Said on the way out of its operation: what that leads back to is wanted, whatever was wanted before. */
  readonly wayOut: boolean;
}

/** What rejuv last said of the weight of a server on one load balancer. */
export interface WeightWord {
  /** What a person had set before rejuv's first word; null: what the configuration says. */
  readonly original: number | null;
  /** Of the whole weight; 1: it is as it was. */
  readonly share: number;
  readonly to: number;
  readonly from: number;
  readonly process: Process;
  readonly at: number;
  readonly operation: OperationId | null;
  /** Not read back yet. */
  readonly unsure: boolean;
  /** A person has set another one since, or the load balancer takes none: it is left alone. */
  readonly yielded: boolean;
}

/** A state that a person had set on one load balancer when it was last seen, and in which process. */
export interface SeenHand {
  readonly admin: AdminState;
  readonly process: Process;
}

/** One process of a load balancer, and what it came up with. */
export interface SeenProcess {
  readonly process: Process;
  readonly seenAt: number;
  /** Admin states at the first look, by `backend/server`: what HAProxy itself had them start with. */
  readonly states: Readonly<Record<string, AdminState>>;
  /** The same of the process before: what an old state file may bring back. */
  readonly earlier: Readonly<Record<string, AdminState>>;
}

export interface Hold {
  readonly since: number;
  readonly reason: string;
  readonly failed: boolean;
  readonly operation: OperationId | null;
}

export interface Alert {
  readonly at: number;
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly server: ServerId | null;
  readonly operation: OperationId | null;
}

/** What is remembered of one server, under its `backend/server`. */
export interface ServerRecord {
  readonly role: Role | null;
  readonly hold: Hold | null;
  readonly verifiedAt: number | null;
  /** Per load balancer name. */
  readonly intents: Readonly<Record<string, Intent>>;
  /** What a person has set since rejuv last spoke, per load balancer name. */
  readonly hands: Readonly<Record<string, SeenHand>>;
  /** Agent checks that rejuv switched off, per load balancer name: what they go back to. */
  readonly agentsOff: Readonly<Record<string, boolean>>;
  /** Rules that hold, oldest first. */
  readonly aged: readonly Aged[];
  /** Per load balancer name. */
  readonly weights: Readonly<Record<string, WeightWord>>;
}

/** A rule of measured aging that holds for a server. */
export interface Aged {
  readonly severity: Severity;
  /** As it is written. */
  readonly rule: string;
  readonly since: number;
  readonly evidence: string;
}

/** A run of a schedule that began no operation. */
export interface UnbegunRun {
  readonly at: number;
  readonly schedule: string;
  readonly backend: string;
  readonly due: number;
  /** As many runs, one after another, with the same outcome for the same reason; the last of them at `due`. */
  readonly count: number;
  /** When the first of them was settled. */
  readonly since: number;
  readonly outcome: RunOutcome;
  readonly server: string | null;
  readonly code: string;
  readonly reason: string;
}

/** All that the events say, folded. Plain JSON, so that a snapshot of it can be written. */
export interface Records {
  readonly servers: Readonly<Record<string, ServerRecord>>;
  /** Open ones, and the last ended ones, oldest first. */
  readonly operations: readonly Operation[];
  /** Per schedule key: everything due up to this instant is settled. Unix milliseconds. */
  readonly schedules: Readonly<Record<string, number>>;
  /** The last runs that began no operation, oldest first. */
  readonly runs: readonly UnbegunRun[];
  /** The last pause that nobody has ended; it may have run out (see `pauseAt`). */
  readonly pause: Pause | null;
  readonly processes: Readonly<Record<string, SeenProcess>>;
  /** The last alerts, oldest first. */
  readonly alerts: readonly Alert[];
  readonly faults: FaultRecords;
  /** Open ones, and the last ended ones, oldest first. */
  readonly rolls: readonly Roll[];
}

export const noRecords: Records = {
  servers: {},
  operations: [],
  schedules: {},
  runs: [],
  pause: null,
  processes: {},
  alerts: [],
  faults: noFaults,
  rolls: [],
};

const unknownServer: ServerRecord = {
  role: null,
  hold: null,
  verifiedAt: null,
  intents: {},
  hands: {},
  agentsOff: {},
  aged: [],
  weights: {},
};

export function serverRecord(records: Records, id: ServerId): ServerRecord {
  return records.servers[formatServerId(id)] ?? unknownServer;
}

export function openOperations(records: Records): Operation[] {
  return records.operations.filter((operation) => !isEnd(operation.phase));
}

/** The open operation that has taken this server, the oldest where there are several; null: none. */
export function holderOf(records: Records, id: ServerId): Operation | null {
  return holdersOf(records, id)[0] ?? null;
}

/** Every open operation that has taken this server, oldest first. */
export function holdersOf(records: Records, id: ServerId): Operation[] {
  return openOperations(records).filter((one) => reservedServers(one).some((taken) => sameServer(taken, id)));
}

export function findOperation(records: Records, id: string): Operation | undefined {
  return records.operations.find((operation) => operation.id === id);
}
