import type { AgingRule } from './aging.ts';
import type { BakeMargins, Counters } from './bake.ts';
import type { ErrorCode } from './catalogue.ts';
import type { ConfirmFaultStep, MendStep, RecoveredStep } from './fault-steps.ts';
import type {
  CopyStep,
  GoAheadStep,
  ProbeStep,
  RebootStep,
  RequestStep,
  RunStep,
  SleepStep,
  WakeStep,
} from './host-steps.ts';
import type { ServerId, ServerName } from './names.ts';
import type { AdminState } from './server.ts';
import type { Boot } from './boot.ts';
import type { Process } from './snapshot.ts';

/**
 * One step of an operation, as data. A step carries all it needs, so that an open operation keeps what it started
 * with and the records alone say what was going on. control/steps/ holds, per kind, how to look, act, verify, undo.
 */
export type Step =
  | AdminStep
  | AgentStep
  | WeightStep
  | BakeStep
  | WakeStep
  | SleepStep
  | ProbeStep
  | RunStep
  | CopyStep
  | RequestStep
  | AwaitCheckedStep
  | AwaitServingStep
  | GraceStep
  | AwaitIdleStep
  | ProveOutStep
  | RebootStep
  | RolesStep
  | HoldStep
  | ReleaseStep
  | VerifiedStep
  | SecureStep
  | ConfirmFaultStep
  | MendStep
  | RecoveredStep
  | FailbackStep
  | ConfirmAgingStep
  | GoAheadStep;

export type StepKind = Step['kind'];

/** Admin state per load balancer name, or one for all. */
export type AdminTarget = AdminState | Readonly<Record<string, AdminState>>;

/** What has to remain when a server leaves: the floor of its backend. */
export interface ServingFloor {
  readonly minimum: number;
  readonly allowUnchecked: boolean;
  readonly servers: readonly ServerName[];
}

/** How a server gets back to the admin state it had, when a step is undone. */
export interface WayBack {
  readonly allowUnchecked: boolean;
  readonly checkDeadlineMs: number;
  readonly graceMs: number;
  readonly idleDeadlineMs: number;
  /** Guards a leaving on the way back too; null where a person overrode it. */
  readonly floor: ServingFloor | null;
}

/** Sets the admin state on both load balancers and reads it back from both. */
export interface AdminStep {
  readonly kind: 'admin';
  readonly server: ServerId;
  readonly to: AdminTarget;
  /** The state it has to be found in; null: any. Another one means that somebody changed it. */
  readonly from: AdminState | null;
  /** Leaves a load balancer alone where the server is ready already. */
  readonly keepReady: boolean;
  /** Checked on both right before acting; null where nothing leaves or a person overrode it. */
  readonly floor: ServingFloor | null;
  readonly back: WayBack;
}

/** Switches the agent check off, or back to what it was before rejuv switched it off. */
export interface AgentStep {
  readonly kind: 'agent';
  readonly server: ServerId;
  readonly to: 'off' | 'as-found';
}

/** Sets the weight on both load balancers, as a share of the whole one, and reads it back. 1: exactly as it was. */
export interface WeightStep {
  readonly kind: 'weight';
  readonly server: ServerId;
  readonly share: number;
}

/** Stays with a server that has come into service, and compares it with its peers. */
export interface BakeStep {
  readonly kind: 'bake';
  readonly server: ServerId;
  readonly peers: readonly ServerName[];
  readonly forMs: number;
  /** Null: it only has to stay up. */
  readonly margins: BakeMargins | null;
  /** The chance of calling a server worse by errors that is not, over all looks of this step. */
  readonly alpha: number;
  readonly allowUnchecked: boolean;
  /** What takes it out of service again, where it is worse and there is no way back. */
  readonly out: readonly Step[];
}

/** Waits until each HAProxy has really checked the draining server and found it well. */
export interface AwaitCheckedStep {
  readonly kind: 'await-checked';
  readonly server: ServerId;
  /** Only on these load balancers; null: on both. */
  readonly on: readonly string[] | null;
  readonly deadlineMs: number;
  readonly allowUnchecked: boolean;
}

/** Waits until the server is ready, up and weighted on both. */
export interface AwaitServingStep {
  readonly kind: 'await-serving';
  readonly server: ServerId;
  readonly deadlineMs: number;
  readonly allowUnchecked: boolean;
}

/** The grace for clients bound by a cookie or a stick table; ends early once nobody comes any more. */
export interface GraceStep {
  readonly kind: 'grace';
  readonly server: ServerId;
  readonly forMs: number;
}

/** Waits until sessions and queue are zero on both, with the admin state read back from both. */
export interface AwaitIdleStep {
  readonly kind: 'await-idle';
  readonly server: ServerId;
  readonly admin: 'drain' | 'maint';
  /** In drain, clients bound by a cookie still come: nobody may have come for so long. Nobody comes in maint. */
  readonly quietMs: number;
  readonly deadlineMs: number;
  /**
   * wait: go on waiting and tell a person · abort: roll back · close: cut them · stop: end failed, change nothing · go on:
   * it has failed already, and waiting longer helps nobody.
   */
  readonly atDeadline: 'wait' | 'abort' | 'close' | 'stop' | 'go on';
}

/** The last look before an action: maint on both, nothing in progress, nobody else on the host, no old workers. */
export interface ProveOutStep {
  readonly kind: 'prove-out';
  readonly server: ServerId;
  readonly sameHost: readonly ServerId[];
  /** What has to serve without it; null where a person overrode it. */
  readonly floor: ServingFloor | null;
  /** Only a reboot hits what else is on the host, and what old workers still hold. */
  readonly beforeReboot: boolean;
  readonly oldWorkersGoneMs: number;
}

/** Records who is primary and who is spare from here on. */
export interface RolesStep {
  readonly kind: 'roles';
  readonly server: ServerId;
  readonly primary: ServerId;
  readonly spare: ServerId;
  /** Where a server loses its place while it is out already: it may come back, or be under repair, meanwhile. */
  readonly late?: LatePlace;
}

/** What the repair of a server ends with, if one is under way: once its place is taken, and as long as it is its own. */
export interface LatePlace {
  readonly of: ServerId;
  readonly taken: readonly Step[];
  readonly own: readonly Step[];
}

/** A repaired server gets its place back from the one that stood in for it, if nobody else has that one by then. */
export interface FailbackStep {
  readonly kind: 'failback';
  readonly server: ServerId;
  readonly standIn: ServerId;
  /** What has to serve once the stand-in leaves again. */
  readonly floor: ServingFloor;
  /** In place of what is still to come: as long as that is not so, the stand-in is not taken. */
  readonly back: readonly Step[];
}

/** Keeps a server out until a person says ready, or, where it failed, until it is repaired. */
export interface HoldStep {
  readonly kind: 'hold';
  readonly server: ServerId;
  readonly reason: string;
  readonly failed: boolean;
}

export interface ReleaseStep {
  readonly kind: 'release';
  readonly server: ServerId;
}

/** Records that the server has passed the staged verification. */
export interface VerifiedStep {
  readonly kind: 'verified';
  readonly server: ServerId;
}

/** The end where there is no way back: what is out stays out and is held, the spare serves on, a person is told. */
export interface SecureStep {
  readonly kind: 'secure';
  readonly server: ServerId;
  readonly spare: ServerId | null;
  /** What failed. */
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
}

/** What a step found before it acted, per load balancer where that matters. What an undo goes by. */
export interface Found {
  readonly admin?: Readonly<Record<string, AdminState>>;
  readonly agent?: Readonly<Record<string, boolean>>;
  /** The whole weight, where rejuv had not touched it before. */
  readonly weights?: Readonly<Record<string, number>>;
  readonly counters?: Counters;
  readonly processes?: Readonly<Record<string, Process>>;
  readonly asleep?: boolean;
  readonly boot?: Boot;
  readonly held?: string | null;
  /** It passed its probe already. */
  readonly well?: boolean;
}

/** With the spare ready: does the rule that asked for it still hold? */
export interface ConfirmAgingStep {
  readonly kind: 'confirm-aging';
  readonly server: ServerId;
  readonly rule: AgingRule;
}
