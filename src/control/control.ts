import type { OperationId, ServerId } from '../domain/names.ts';
import type { Operation, OperationRequest, WorkPhase } from '../domain/operation.ts';
import type { Progress } from '../domain/progress.ts';
import type { Role } from '../domain/server.ts';
import type { Status } from '../domain/status.ts';

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

/**
 * What both doors, the socket and the command line, ask of rejuv. The sidecar and the sidecar-less commands are the
 * same implementation; over the socket stands a client with the same face. Every method raises RejuvError.
 */
export interface Control {
  status(signal: AbortSignal): Promise<Status>;
  /** Starts an operation; raises the first gate that refuses, with nothing changed. */
  begin(request: OperationRequest, signal: AbortSignal): Promise<OperationId>;
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
  /** Operations, newest first, open ones included. */
  history(signal: AbortSignal): Promise<readonly Operation[]>;
}
