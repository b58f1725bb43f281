import type { PlannedStep } from '../domain/operation.ts';

/** What can come from outside while an operation runs. */
export interface Interruption {
  /** Fires when a person, or a stopping sidecar, wants it to stop safely; its reason is the cause. */
  readonly abort: AbortSignal;
  /** Fires when its server has failed: what is still to come gives way to a failover in the same record. */
  readonly turn: AbortSignal;
  /** The steps of that failover, planned for the records as they are then, and why. */
  readonly turned: () => { readonly reason: string; readonly steps: readonly PlannedStep[] } | null;
  /** Fires when this process goes and leaves the rest recorded. */
  readonly halt: AbortSignal;
  /** True once the sidecar is stopping: what cannot be undone now is left recorded. */
  readonly stopping: () => boolean;
}
