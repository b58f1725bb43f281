import type { Operation, WorkPhase } from '../../domain/operation.ts';

/** When an operation was in a phase. Instants are Unix milliseconds; `endedAt` null: it is in it now. */
export interface PhaseSpan {
  readonly phase: WorkPhase;
  readonly beganAt: number;
  readonly endedAt: number | null;
  readonly durationMs: number | null;
}

/** The phases an operation went through, in order, from what its steps say. */
export function phaseSpans({ steps, endedAt }: Operation): PhaseSpan[] {
  const begun = steps.filter(({ beganAt }) => beganAt !== null);
  const phases = [...new Set(begun.map(({ phase }) => phase))];
  const starts = phases.map((phase) =>
    Math.min(...begun.filter((step) => step.phase === phase).map(({ beganAt }) => beganAt ?? 0)),
  );
  return phases.map((phase, index) => {
    const beganAt = starts[index] ?? 0;
    // A phase lasts until the next one begins.
    const end = starts[index + 1] ?? endedAt;
    return { phase, beganAt, endedAt: end, durationMs: end === null ? null : end - beganAt };
  });
}
