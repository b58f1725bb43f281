import type { ErrorCode } from './catalogue.ts';
import type { BackendName, OperationId, ServerName } from './names.ts';
import { isEnd, type EndPhase, type Operation, type Phase } from './operation.ts';

/** One line of progress: `contract/progress.schema.json`. The last line has a state other than running. */
export interface Progress {
  readonly time: string;
  /** Null when a guard refused before there was one. */
  readonly operation: OperationId | null;
  readonly backend: BackendName;
  readonly server: ServerName;
  readonly spare: ServerName | null;
  readonly phase: Phase;
  readonly state: 'running' | EndPhase | 'blocked' | 'detached';
  readonly message: string;
  readonly reason: string | null;
  readonly code: ErrorCode | null;
  readonly step: string | null;
  readonly deadline: string | null;
  /** Remaining per load balancer name; empty outside a drain. */
  readonly sessions: Readonly<Record<string, number>>;
  readonly queue: Readonly<Record<string, number>>;
}

/** What is remaining right now, when a step waits for it to end. */
export interface Remaining {
  readonly sessions: Readonly<Record<string, number>>;
  readonly queue: Readonly<Record<string, number>>;
}

export const nothingRemaining: Remaining = { sessions: {}, queue: {} };

/** The progress line of an operation as it stands at `now`. */
export function progressOf(
  operation: Operation,
  now: number,
  message: string,
  remaining: Remaining,
): Progress {
  const current = operation.steps.find((step) => step.state === 'begun');
  return {
    time: new Date(now).toISOString(),
    operation: operation.id,
    backend: operation.backend,
    server: operation.server,
    spare: operation.spare,
    phase: operation.phase,
    state: isEnd(operation.phase) ? operation.phase : 'running',
    message,
    reason: operation.cause?.reason ?? null,
    code: operation.cause?.code ?? null,
    step: current?.step.kind ?? null,
    deadline: operation.deadline === null ? null : new Date(operation.deadline).toISOString(),
    sessions: remaining.sessions,
    queue: remaining.queue,
  };
}
