import { mixed } from '../mixed.ts';

/** Readings begin on this beat: many small ones, each by itself, cost half as much again in caches that have gone cold. */
export const beatMs = 500;

/**
 * When within its interval a source of a server is read: spread evenly over the beats, and the same after every restart.
 * @returns milliseconds, from 0 up to, but without, `everyMs`
 */
export function offsetOf(key: string, everyMs: number): number {
  const beats = Math.max(1, Math.floor(everyMs / beatMs));
  return Math.floor((mixed(key) / 2 ** 32) * beats) * beatMs;
}

/**
 * The instant of its next turn after `now`: the same number for all whose turn it is then.
 * @param now of a clock that never steps, in milliseconds
 */
export function turnAfter(now: number, offset: number, everyMs: number): number {
  return offset + (Math.floor((now - offset) / everyMs) + 1) * everyMs;
}
