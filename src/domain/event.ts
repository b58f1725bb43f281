import type { RunOutcome } from './calendar.ts';
import type { AgingEvent } from './aging-event.ts';
import type { Effect } from './effect.ts';
import type { FaultEvent } from './fault-event.ts';
import type { Cause, EndPhase, Operation, PlannedStep, WorkPhase } from './operation.ts';
import type { BackendName, LoadBalancerName, OperationId, ServerId, ServerName } from './names.ts';
import type { ErrorCode } from './catalogue.ts';
import type { RollEvent } from './roll.ts';
import type { AdminState, Role } from './server.ts';
import type { Process } from './snapshot.ts';
import type { Found } from './step.ts';

/**
 * Everything that happened: the closed union that the records hold, and the only source of logs, metrics, history
 * and rates. An event that announces an act is on the disk before the act. Instants are Unix milliseconds.
 */
export type Event =
  | FaultEvent
  | AgingEvent
  | RollEvent
  | { readonly type: 'operation-opened'; readonly at: number; readonly operation: Operation }
  | {
      readonly type: 'phase-entered';
      readonly at: number;
      readonly id: OperationId;
      readonly phase: WorkPhase;
    }
  | {
      readonly type: 'step-begun';
      readonly at: number;
      readonly id: OperationId;
      readonly index: number;
      readonly found: Found;
    }
  | {
      readonly type: 'step-ended';
      readonly at: number;
      readonly id: OperationId;
      readonly index: number;
      readonly state: 'done' | 'failed' | 'skipped';
      readonly detail: string | null;
    }
  | {
      readonly type: 'deadline-set';
      readonly at: number;
      readonly id: OperationId;
      readonly deadline: number | null;
    }
  | {
      readonly type: 'abort-asked';
      readonly at: number;
      readonly id: OperationId;
      readonly by: string | null;
      readonly reason: string;
    }
  | {
      /**
       * Why it left its course, which step failed, and the steps of the way out: one event, so that no crash can part
       * them. A second one says that the way back itself failed: the first cause stays, the end is `failed`.
       */
      readonly type: 'course-left';
      readonly at: number;
      readonly id: OperationId;
      readonly cause: Cause;
      readonly failed: { readonly index: number; readonly detail: string } | null;
      readonly steps: readonly PlannedStep[];
    }
  | {
      readonly type: 'operation-ended';
      readonly at: number;
      readonly id: OperationId;
      readonly phase: EndPhase;
    }
  | {
      /** The server failed in the middle of a planned operation: the same record goes on as a failover. */
      readonly type: 'course-turned';
      readonly at: number;
      readonly id: OperationId;
      readonly reason: string;
      readonly steps: readonly PlannedStep[];
    }
  | {
      /** The place of the server that it repairs was taken, or is given back: it ends in another way. */
      readonly type: 'repair-redirected';
      readonly at: number;
      readonly id: OperationId;
      /** What it goes on from: the failover that took the place, or what the stand-in had last. */
      readonly by: OperationId;
      readonly reason: string;
      /** In place of what is still to come in `registering`. */
      readonly steps: readonly PlannedStep[];
    }
  | {
      /** A sidecar took it up again that it found open in the records. */
      readonly type: 'operation-resumed';
      readonly at: number;
      readonly id: OperationId;
      readonly how: 'roll-back' | 'carry-on';
    }
  | {
      /** rejuv is about to set an admin state on one load balancer. */
      readonly type: 'admin-intended';
      readonly at: number;
      readonly id: OperationId | null;
      readonly loadBalancer: LoadBalancerName;
      readonly server: ServerId;
      readonly from: AdminState;
      readonly to: AdminState;
      readonly process: Process;
      /** A write follows: until it is read back, HAProxy may have either state. */
      readonly unsure: boolean;
    }
  | {
      /** Read back: this process of this load balancer has what was intended. */
      readonly type: 'admin-confirmed';
      readonly at: number;
      readonly loadBalancer: LoadBalancerName;
      readonly server: ServerId;
      readonly process: Process;
    }
  | {
      /** It has a state that neither rejuv nor its configuration explains: a person has spoken, and that holds from here on. */
      readonly type: 'admin-yielded';
      readonly at: number;
      readonly loadBalancer: LoadBalancerName;
      readonly server: ServerId;
      readonly found: AdminState;
      readonly process: Process;
    }
  | {
      /** rejuv is about to switch an agent check; `wasEnabled` is what it goes back to. */
      readonly type: 'agent-intended';
      readonly at: number;
      readonly id: OperationId | null;
      readonly loadBalancer: LoadBalancerName;
      readonly server: ServerId;
      readonly wasEnabled: boolean;
      readonly enabled: boolean;
    }
  | {
      /** The agent check is back to what it was before rejuv switched it off. */
      readonly type: 'agent-restored';
      readonly at: number;
      readonly loadBalancer: LoadBalancerName;
      readonly server: ServerId;
    }
  | {
      /** rejuv is about to set a weight on one load balancer. */
      readonly type: 'weight-intended';
      readonly at: number;
      readonly id: OperationId | null;
      readonly loadBalancer: LoadBalancerName;
      readonly server: ServerId;
      /** What a person had set before rejuv's first word; null: what the configuration says. */
      readonly original: number | null;
      readonly share: number;
      readonly from: number;
      readonly to: number;
      readonly process: Process;
    }
  | {
      /** Read back: this process has it. */
      readonly type: 'weight-confirmed';
      readonly at: number;
      readonly loadBalancer: LoadBalancerName;
      readonly server: ServerId;
      readonly share: number;
      readonly to: number;
      readonly process: Process;
    }
  | {
      /** Somebody has set another weight, or the load balancer takes none: it is left alone from here on. */
      readonly type: 'weight-yielded';
      readonly at: number;
      readonly loadBalancer: LoadBalancerName;
      readonly server: ServerId;
      readonly found: number;
    }
  | {
      readonly type: 'role-set';
      readonly at: number;
      readonly server: ServerId;
      readonly role: Role;
      readonly by: string | null;
      readonly reason: string | null;
    }
  | {
      /** The server stays out until a person says ready. */
      readonly type: 'held';
      readonly at: number;
      readonly server: ServerId;
      readonly reason: string;
      readonly failed: boolean;
      readonly operation: OperationId | null;
    }
  | { readonly type: 'released'; readonly at: number; readonly server: ServerId }
  | {
      readonly type: 'verified';
      readonly at: number;
      readonly server: ServerId;
      readonly operation: OperationId | null;
    }
  | {
      /** A process that was not seen before, and the admin states that it came up with, by `backend/server`. */
      readonly type: 'process-seen';
      readonly at: number;
      readonly loadBalancer: LoadBalancerName;
      readonly process: Process;
      readonly states: Readonly<Record<string, AdminState>>;
    }
  | {
      /** What a new process had forgotten is set again: servers as `backend/server`. */
      readonly type: 'states-restored';
      readonly at: number;
      readonly loadBalancer: LoadBalancerName;
      readonly servers: readonly string[];
    }
  | {
      /** A schedule is seen for the first time: what was due before is no business of rejuv. */
      readonly type: 'schedule-watched';
      readonly at: number;
      readonly schedule: string;
    }
  | {
      /** It left the config file: should it come back, it is new. */
      readonly type: 'schedule-forgotten';
      readonly at: number;
      readonly schedule: string;
    }
  | {
      /** A due run that began no operation. With `count` above 1: as many, the last of them at `due`. */
      readonly type: 'run-settled';
      readonly at: number;
      readonly schedule: string;
      readonly backend: BackendName;
      readonly due: number;
      readonly count: number;
      readonly outcome: RunOutcome;
      readonly server: ServerName | null;
      readonly code: ErrorCode;
      readonly reason: string;
    }
  | {
      readonly type: 'paused';
      readonly at: number;
      readonly by: string | null;
      readonly reason: string;
      readonly until: number | null;
      /** Holds up failovers as well. */
      readonly includingFailover: boolean;
    }
  | {
      readonly type: 'resumed';
      readonly at: number;
      readonly by: string | null;
      readonly reason: string | null;
    }
  | {
      /** The config file was read again; what changed, one sentence each. */
      readonly type: 'config-reloaded';
      readonly at: number;
      readonly by: string | null;
      readonly changes: readonly string[];
    }
  | {
      /** What a rejuvenation has brought; null: it will never be known. */
      readonly type: 'effect-measured';
      readonly at: number;
      readonly id: OperationId;
      readonly effect: Effect | null;
    }
  | {
      /** A person is told. */
      readonly type: 'alert';
      readonly at: number;
      readonly code: ErrorCode;
      readonly message: string;
      readonly fix: string;
      readonly server: ServerId | null;
      readonly operation: OperationId | null;
    };

export type EventType = Event['type'];
