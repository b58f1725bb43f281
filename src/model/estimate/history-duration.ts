import { isEnd, type Operation, type PlannedStep, type WorkPhase } from '../../domain/operation.ts';
import type { Duration } from './mean-duration.ts';

/** How long a part of an operation took. */
export interface HistoryDuration extends Duration {
  /** `backend/server` */
  readonly server: string;
  readonly operation: string;
}

const hourMs = 3_600_000;

/** Hours from one instant to a later one; what took less than the clock shows counts as a millisecond. */
export function hoursBetween(from: number, to: number): number {
  return Math.max(1, to - from) / hourMs;
}

/** Each reboot, from the order until the host had proven it. */
export function bootsIn(operation: Operation, until: number): HistoryDuration[] {
  return operation.steps.flatMap((planned) => {
    if (planned.step.kind !== 'reboot' || planned.beganAt === null) return [];
    const { backend, server } = planned.step.server;
    return [span(operation, `${backend}/${server}`, [planned], planned.state === 'done', until)];
  });
}

/** From the first to the last step of a phase for the server that takes over: starting it, or putting it in service. */
export function takeoverIn(
  operation: Operation,
  phase: Extract<WorkPhase, 'activating' | 'admitting'>,
  until: number,
): HistoryDuration[] {
  const steps = operation.steps.filter((planned) => planned.phase === phase);
  if (operation.spare === null || !steps.some(({ beganAt }) => beganAt !== null)) return [];
  const complete = steps.every(({ state }) => state === 'done');
  return [span(operation, `${operation.backend}/${operation.spare}`, steps, complete, until)];
}

/** A whole rejuvenation: from the moment the server leaves until it is verified, or until now. */
export function outOfServiceIn(operation: Operation, until: number): HistoryDuration[] {
  const { kind, backend, server, steps, endedAt } = operation;
  if (kind !== 'rejuvenation') return [];
  const ofTarget = steps.filter(
    ({ step }) => step.server.backend === backend && step.server.server === server,
  );
  const left = ofTarget.find(({ step, state }) => step.kind === 'admin' && state === 'done')?.endedAt ?? null;
  // Rolled back before its first action, it was no rejuvenation.
  const acted = steps.some(({ phase, beganAt }) => phase === 'rejuvenating' && beganAt !== null);
  if (left === null || !acted) return [];
  const verified = ofTarget.find(({ step, state }) => step.kind === 'verified' && state === 'done')?.endedAt;
  const to = verified ?? endedAt ?? until;
  const complete = typeof verified === 'number';
  return [
    { server: `${backend}/${server}`, operation: operation.id, hours: hoursBetween(left, to), complete },
  ];
}

/** An end that never came is that of the operation, or now. */
function span(
  { id, phase, endedAt }: Operation,
  server: string,
  steps: readonly PlannedStep[],
  complete: boolean,
  until: number,
): HistoryDuration {
  const begins = steps.flatMap(({ beganAt }) => (beganAt === null ? [] : [beganAt]));
  const ends = steps.flatMap(({ endedAt: end }) => (end === null ? [] : [end]));
  const from = begins.reduce((a, b) => Math.min(a, b));
  const last = ends.reduce((a, b) => Math.max(a, b), from);
  const open = isEnd(phase) ? (endedAt ?? until) : until;
  const stopped = steps.some(({ state }) => state === 'failed');
  return { server, operation: id, hours: hoursBetween(from, complete || stopped ? last : open), complete };
}
