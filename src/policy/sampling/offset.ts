import { mixed } from '../mixed.ts';

/**
 * When within its interval a source of a server is read: spread evenly, and the same after every restart.
 * @returns milliseconds, from 0 up to, but without, `everyMs`
 */
export function offsetOf(key: string, everyMs: number): number {
  return Math.floor((mixed(key) / 2 ** 32) * everyMs);
}
