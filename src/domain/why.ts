import type { RuleJudgement, Severity } from './aging.ts';
import type { ErrorCode } from './catalogue.ts';
import type { BackendName, OperationId, ServerId, ServerName } from './names.ts';
import type { Verdict } from './fault.ts';
import type { EndPhase, OperationKind, Phase, Trigger } from './operation.ts';
import type { PlannedRun } from './plan.ts';
import type { AdminState, Condition, Listed, OperationalState, Owner, Role } from './server.ts';
import type { Held, Status } from './status.ts';
import type { StepKind } from './step.ts';

/** How far ahead a server's next scheduled run is looked for, in days: a monthly one is among them. */
export const whyPlanDays = 35;

/** `rejuv why`: one server, what would happen to it next, and what stands in the way. Instants are ISO 8601. */
export interface Why {
  readonly time: string;
  readonly source: Status['source'];
  readonly backend: BackendName;
  readonly server: ServerName;
  readonly role: Role;
  readonly list: Listed;
  readonly condition: Condition;
  /** In the order of the config file. */
  readonly loadBalancers: readonly WhySeen[];
  readonly held: Held | null;
  /** What the watch makes of it, from what, and what is done about it now; null: nobody watches it. */
  readonly watch: WhyWatch | null;
  /** Every rule of measured aging of its backend, in the order of the file; empty: there are none. */
  readonly aging: readonly WhyRule[];
  /** When it last passed the staged verification. */
  readonly verifiedAt: string | null;
  /** The last ended operation that touched it. */
  readonly lastOperation: PastTouch | null;
  readonly next: WhyNext;
  /** Every gate that would refuse a rejuvenation of it now, most basic first. Empty: nothing would. */
  readonly blocks: readonly Block[];
  /** Of a spare: could it take over now? Null for a primary. */
  readonly takeOver: { readonly possible: boolean; readonly problem: string | null } | null;
}

/** What becomes of one rule for the server. */
export interface WhyRule {
  readonly severity: Severity;
  /** As it is written in the config file. */
  readonly rule: string;
  readonly verdict: RuleJudgement['verdict'];
  /** Since when its condition is true without a break. */
  readonly since: string | null;
  /** When the verdict could change although nothing new is measured. */
  readonly nextChangeAt: string | null;
  readonly evidence: string;
  /** Why it is unknown. */
  readonly problem: string | null;
}

export interface WhyWatch {
  readonly verdict: Verdict;
  readonly since: string;
  /** One sentence each, with its time. */
  readonly evidence: readonly string[];
  /** What rejuv does about it, and why: nothing, tells a person, fails over, repairs, puts it back. */
  readonly answer: string;
}

/** The server as one load balancer shows it. What is seen is null where that one gave no answer, or lacks it. */
export interface WhySeen {
  readonly name: string;
  readonly reachable: boolean;
  /** Why there is nothing to show. */
  readonly problem: string | null;
  readonly admin: AdminState | null;
  readonly owner: Owner | null;
  readonly operational: OperationalState | null;
  /** `check_status` of HAProxy, such as L7OK. */
  readonly check: string | null;
  readonly sessions: number | null;
  readonly queue: number | null;
  /** The last change of its state, up and down included, as HAProxy counts it. */
  readonly changedAt: string | null;
}

/** An operation that touched the server. */
interface Touch {
  readonly id: OperationId;
  readonly kind: OperationKind;
  /** The server it was about; the one in question may have been its spare. */
  readonly of: ServerId;
  readonly trigger: Trigger;
  readonly by: string | null;
  readonly reason: string | null;
  readonly startedAt: string;
}

export interface PastTouch extends Touch {
  readonly ended: EndPhase;
  readonly endedAt: string;
  /** Why it left its course. */
  readonly cause: string | null;
}

export interface OpenTouch extends Touch {
  readonly phase: Phase;
  readonly step: StepKind | null;
  readonly deadline: string | null;
  /** False for one found open in the records, which nobody carries out. */
  readonly running: boolean;
}

export interface WhyNext {
  /** What is open and may touch it. */
  readonly operation: OpenTouch | null;
  /** The next run of a schedule that would choose it, or take it as the spare, as `rejuv plan` has it. */
  readonly run: PlannedRun | null;
  /** Why the schedules could not be played forward; null: they were. */
  readonly unknown: string | null;
  /** Up to when they were. */
  readonly until: string;
}

/** One gate that refuses. */
export interface Block {
  readonly code: ErrorCode;
  readonly message: string;
  /** What clears it. */
  readonly fix: string;
  /** Since when it holds, where that is known. */
  readonly since: string | null;
  /** When it clears by itself, where that is known. */
  readonly until: string | null;
  /** `schedules`: a person may start a rejuvenation all the same. */
  readonly holdsUp: 'everybody' | 'schedules';
}
