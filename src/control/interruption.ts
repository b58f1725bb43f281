/** What can come from outside while an operation runs. */
export interface Interruption {
  /** Fires when a person, or a stopping sidecar, wants it to stop safely; its reason is the cause. */
  readonly abort: AbortSignal;
  /** Fires when this process goes and leaves the rest recorded. */
  readonly halt: AbortSignal;
  /** True once the sidecar is stopping: what cannot be undone now is left recorded. */
  readonly stopping: () => boolean;
}
