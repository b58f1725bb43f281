import type { BackendName, OperationId, ServerId } from '../domain/names.ts';
import type { Operation, OperationRequest, WorkPhase } from '../domain/operation.ts';
import type { Plan } from '../domain/plan.ts';
import type { Progress } from '../domain/progress.ts';
import type { UnbegunRun } from '../domain/records.ts';
import type { RollRequest } from '../domain/roll.ts';
import type { Role } from '../domain/server.ts';
import type { Status } from '../domain/status.ts';
import type { Why } from '../domain/why.ts';

/** What a dry run shows: every step, with the very commands. */
export interface PlannedPhase {
  readonly phase: WorkPhase;
  readonly steps: readonly { readonly kind: string; readonly lines: readonly string[] }[];
}

export interface DryRun {
  readonly spare: string | null;
  readonly phases: readonly PlannedPhase[];
  /** Why it could not start now, one sentence per gate; empty when it could. */
  readonly blocked: readonly { readonly code: string; readonly message: string; readonly fix: string }[];
}

export interface History {
  /** Open ones included. */
  readonly operations: readonly Operation[];
  /** Runs of schedules that began no operation. */
  readonly runs: readonly UnbegunRun[];
}

export interface PauseRequest {
  readonly by: string | null;
  readonly reason: string;
  /** When it ends by itself, Unix milliseconds. */
  readonly until: number | null;
  /** Also roll back what runs and is still before its first action; else it is finished. */
  readonly rollBack: boolean;
  /** Also hold up failovers: faults are then only reported. */
  readonly includingFailover: boolean;
}

export interface Reload {
  /** What is different now, one sentence each; empty: nothing. */
  readonly changes: readonly string[];
}

/**
 * What both doors, the socket and the command line, ask of rejuv. The sidecar and the sidecar-less commands are the
 * same implementation; over the socket stands a client with the same face. Every method raises RejuvError.
 */
export interface Control {
  status(signal: AbortSignal): Promise<Status>;
  /** Starts an operation; raises the first gate that refuses, with nothing changed. */
  begin(request: OperationRequest, signal: AbortSignal): Promise<OperationId>;
  /** Begins to rejuvenate every server of a backend, one after another. Its id works as that of an operation. */
  beginRoll(request: RollRequest, signal: AbortSignal): Promise<OperationId>;
  /** A person says go on where a roll asks. Raises roll-not-asking. */
  continueRoll(id: OperationId, by: string | null, signal: AbortSignal): Promise<void>;
  dryRun(request: OperationRequest, signal: AbortSignal): Promise<DryRun>;
  /** Progress from now on, ending with the line whose state is other than running. */
  watch(id: OperationId, signal: AbortSignal): AsyncIterable<Progress>;
  /** Asks an operation to stop safely; returns once that is recorded. */
  abort(id: OperationId, by: string | null, reason: string, signal: AbortSignal): Promise<void>;
  setRole(
    server: ServerId,
    role: Role,
    by: string | null,
    reason: string | null,
    signal: AbortSignal,
  ): Promise<void>;
  /** Starts nothing new from now on; gives what it asked to stop, if that was wanted. */
  pause(request: PauseRequest, signal: AbortSignal): Promise<{ readonly stopping: readonly OperationId[] }>;
  /** Ends a pause. Raises not-paused. */
  resume(by: string | null, reason: string | null, signal: AbortSignal): Promise<void>;
  /** A person says that the storm of a backend is over: failures up to now count no more. Raises no-storm. */
  allClear(
    backend: BackendName,
    by: string | null,
    reason: string | null,
    signal: AbortSignal,
  ): Promise<void>;
  /** What happened, newest first. */
  history(signal: AbortSignal): Promise<History>;
  /** What the schedules will do in the next days, by what is known now. */
  plan(days: number, signal: AbortSignal): Promise<Plan>;
  /** What would happen to one server next, and what stands in the way. */
  why(server: ServerId, signal: AbortSignal): Promise<Why>;
  /** Reads the config file again. What is wrong with it is raised, and nothing has changed then. */
  reload(by: string | null, signal: AbortSignal): Promise<Reload>;
}
