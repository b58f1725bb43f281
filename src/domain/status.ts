import type { Severity } from './aging.ts';
import type { Verdict } from './fault.ts';
import type { OperationId } from './names.ts';
import type { OperationKind, Phase, Trigger } from './operation.ts';
import type { AdminState, Condition, Listed, OperationalState, Owner, Role } from './server.ts';
import type { Mode } from './settings.ts';

/** `rejuv status --json`: `contract/status.schema.json`. Instants are ISO 8601. */
export interface Status {
  readonly time: string;
  /** Answered by the running sidecar, or read straight from the runtime sockets. */
  readonly source: 'sidecar' | 'direct';
  readonly loadBalancers: readonly LoadBalancerStatus[];
  readonly backends: readonly BackendStatus[];
  /** Running ones only. */
  readonly operations: readonly OperationStatus[];
  /** Rolls through whole backends that go on. */
  readonly rolls: readonly RollStatus[];
  readonly paused: {
    readonly reason: string;
    readonly by: string | null;
    readonly since: string;
    readonly until: string | null;
    /** Failovers are held up as well. */
    readonly includingFailover: boolean;
  } | null;
  /** What a person should know: alerts, and roles or holds that need a decision. */
  readonly findings: readonly Finding[];
}

export interface LoadBalancerStatus {
  readonly name: string;
  readonly reachable: boolean;
  readonly version: string | null;
  readonly pid: number | null;
  readonly uptimeSeconds: number | null;
  readonly error: string | null;
}

export interface BackendStatus {
  readonly name: string;
  readonly mode: Mode;
  readonly minServing: number;
  readonly serving: number | null;
  /** Requests that wait in its own queue, for whichever server is free first, on both load balancers. */
  readonly queue: number | null;
  readonly servers: readonly ServerStatus[];
  readonly blocked: string | null;
}

export interface ServerStatus {
  readonly name: string;
  readonly role: Role;
  readonly list: Listed;
  readonly condition: Condition;
  readonly admin: Readonly<Record<string, AdminState | 'unknown'>>;
  readonly operational: Readonly<Record<string, OperationalState | 'unknown'>>;
  readonly owner: Readonly<Record<string, Owner>>;
  readonly divergent: boolean;
  readonly sessions: number | null;
  readonly queue: number | null;
  readonly held: Held | null;
  /** When it last passed the staged verification. */
  readonly verifiedAt: string | null;
  /** What the watch makes of it, and from what; null: nobody watches it. */
  readonly watch: {
    readonly verdict: Verdict;
    readonly since: string;
    readonly evidence: readonly string[];
  } | null;
  /** Rules of measured aging that hold, oldest first. */
  readonly aged: readonly AgedStatus[];
  /** Null: the backend makes none. */
  readonly checkpoint: {
    readonly madeAt: string | null;
    readonly ageSeconds: number | null;
    /** The spare that holds it; null: the store. */
    readonly on: string | null;
    /** Why the last try made none. */
    readonly failure: string | null;
  } | null;
}

/** A rule that holds for a server. */
export interface AgedStatus {
  readonly severity: Severity;
  /** As it is written in the config file. */
  readonly rule: string;
  readonly since: string;
  readonly evidence: string;
}

/** Since when a server is held out of service, why, and by whom. Only a person's `rejuv ready` ends it. */
export interface Held {
  readonly since: string;
  readonly reason: string;
  /** As the client stated it; null where it did not, or where the operation is no longer on record. */
  readonly by: string | null;
  /** What held it: a person's drain or maint, or a procedure that ended so. */
  readonly kind: OperationKind | null;
  readonly operation: OperationId | null;
  readonly failed: boolean;
}

export interface OperationStatus {
  readonly id: string;
  readonly kind: OperationKind;
  readonly backend: string;
  readonly server: string;
  readonly spare: string | null;
  readonly phase: Phase;
  readonly trigger: Trigger;
  readonly reason: string | null;
  readonly startedAt: string;
  readonly deadline: string | null;
  /** True when this process carries it out; false for one found open in the records after a crash. */
  readonly running: boolean;
}

export interface RollStatus {
  readonly id: string;
  readonly backend: string;
  readonly servers: readonly string[];
  /** So many are through, and so many of them did not go well. */
  readonly through: number;
  readonly failed: number;
  readonly startedAt: string;
  /** Since when it waits until a person says `rejuv continue`; null: it does not. */
  readonly askingSince: string | null;
}

export interface Finding {
  readonly at: string | null;
  readonly severity: 'alert' | 'warning';
  readonly where: string | null;
  readonly message: string;
  readonly fix: string | null;
}
