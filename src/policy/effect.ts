import { effectFigures, trafficFigure, type Effect, type Measured } from '../domain/effect.ts';
import type { ServerId } from '../domain/names.ts';
import type { Operation } from '../domain/operation.ts';
import type { Measurements, Samples } from '../domain/sample.ts';

const hourMs = 3_600_000;
/** Of the twelve five-minute means of an hour. */
const fewestMeans = 6;
/** Right after a start caches are cold and memory is low: that is no fair comparison either way. */
const settleMs = 10 * 60_000;
/** Traffic that differs by less is about the same. */
const alikeShare = 0.3;
/** Five-minute means are kept for a week, and what was before has to be among them. */
const longestWaitMs = 6 * 86_400_000;

/** What is known about the effect of one completed rejuvenation. */
export type EffectState =
  | { readonly kind: 'measured'; readonly effect: Effect }
  /** It has not served for long enough since. */
  | { readonly kind: 'waiting' }
  /** It never will be: nothing was measured before, or it did not serve again in time. */
  | { readonly kind: 'missed' };

/**
 * Before: the hour up to the start of the operation. After: the first hour in which the server has served since, at about
 * the same traffic where there is such an hour. Pure.
 */
export function measureEffect(
  operation: Operation,
  servingSince: number | null,
  measured: Measurements,
  now: number,
): EffectState {
  const { backend, server, startedAt, endedAt } = operation;
  if (endedAt === null) return { kind: 'waiting' };
  const id = { backend, server };
  const before = measureSpan(id, measured, startedAt - hourMs, startedAt);
  if (before === null || now - startedAt > longestWaitMs) return { kind: 'missed' };
  if (servingSince === null) return { kind: 'waiting' };
  const first = Math.max(servingSince, endedAt) + settleMs;
  const last = now - hourMs;
  let found: Measured | null = null;
  for (let fromAt = first; fromAt <= last; fromAt += hourMs / 4) {
    const after = measureSpan(id, measured, fromAt, fromAt + hourMs);
    if (after === null) continue;
    found ??= after;
    if (alike(before, after) === true)
      return { kind: 'measured', effect: effectOf(operation, before, after) };
  }
  // A day of other traffic is all there is to be had.
  const tired = found !== null && (alike(before, found) === null || now - found.untilAt > 24 * hourMs);
  if (found === null || !tired) return { kind: 'waiting' };
  return { kind: 'measured', effect: effectOf(operation, before, found) };
}

function effectOf(operation: Operation, before: Measured, after: Measured): Effect {
  return { before, after, comparable: alike(before, after), reducedMs: reducedMs(operation) };
}

/** Null where too little was measured in that time. */
function measureSpan(id: ServerId, measured: Measurements, fromAt: number, untilAt: number): Measured | null {
  const means: Record<string, number> = {};
  for (const figure of [...effectFigures, trafficFigure]) {
    const mean = meanBetween(measured.aggregated(id, figure), fromAt, untilAt);
    if (mean !== null) means[figure] = mean;
  }
  const telling = effectFigures.some((figure) => means[figure] !== undefined);
  return telling ? { fromAt, untilAt, means } : null;
}

function meanBetween(samples: Samples, fromAt: number, untilAt: number): number | null {
  let total = 0;
  let count = 0;
  for (let i = samples.length - 1; i >= 0 && samples.at(i) >= fromAt; i -= 1) {
    if (samples.at(i) >= untilAt) continue;
    total += samples.value(i);
    count += 1;
  }
  return count < fewestMeans ? null : total / count;
}

function alike({ means: before }: Measured, { means: after }: Measured): boolean | null {
  const [then, since] = [before[trafficFigure], after[trafficFigure]];
  if (then === undefined || since === undefined) return null;
  return Math.abs(since - then) <= alikeShare * Math.max(then, since);
}

/** With a spare in its place nothing is missing; without one, from its drain to the end. */
function reducedMs({ spare, steps, endedAt }: Operation): number {
  if (spare !== null) return 0;
  const left = steps.find(({ phase, beganAt }) => phase === 'draining' && beganAt !== null)?.beganAt ?? null;
  return left === null || endedAt === null ? 0 : endedAt - left;
}
