import { refuse } from '../refuse.ts';

/** Microseconds and a hundred thousand years: what lies outside is a slip of the pen. */
const leastHours = 1e-9;
const mostHours = 1e9;

/** How long a server ran since its last restart, and whether a failure ended that. If not, it would have run longer. */
export interface ObservedLife {
  readonly hours: number;
  readonly failed: boolean;
}

/** Too little was seen for an estimate, and how many more failures (or durations) are needed at least. */
export interface NotEnoughSeen {
  readonly kind: 'not-enough-data';
  readonly seen: number;
  readonly missing: number;
  /** In plain words. */
  readonly why: string;
}

/** An estimate with its interval. */
export interface Band {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** @throws RejuvError `model-input` naming the life whose time is zero, negative, not finite or beyond all reason. */
export function requireLives(lives: readonly ObservedLife[]): void {
  for (const [i, { hours }] of lives.entries()) requireHours(`lives[${i}].hours`, hours);
}

/** @throws RejuvError `model-input` unless it is a time that something can take. */
export function requireHours(field: string, hours: number): void {
  if (hours >= leastHours && hours <= mostHours) return;
  refuse(field, `must be a time from ${leastHours} to ${mostHours} hours; it is ${hours}`);
}

/** @throws RejuvError `model-input` unless it lies between 0 and 1. */
export function requireConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1))
    refuse('confidence', `must lie between 0 and 1; it is ${confidence}`);
}

export function failuresIn(lives: readonly ObservedLife[]): number {
  return lives.filter(({ failed }) => failed).length;
}

export function totalHours(lives: readonly ObservedLife[]): number {
  return lives.reduce((total, { hours }) => total + hours, 0);
}
