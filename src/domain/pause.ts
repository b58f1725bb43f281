/** Nothing new is started while it holds; what a person's hands do, and what runs, goes on. */
export interface Pause {
  readonly since: number;
  /** As the client states it. */
  readonly by: string | null;
  readonly reason: string;
  /** When it ends by itself, Unix milliseconds; null: when a person resumes. */
  readonly until: number | null;
  /** Faults are then only reported; else a failover goes on through a pause. */
  readonly includingFailover: boolean;
}

/** The pause that holds at an instant. */
export function pauseAt(pause: Pause | null, now: number): Pause | null {
  return pause === null || (pause.until !== null && now >= pause.until) ? null : pause;
}
