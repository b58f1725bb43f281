import fc from 'fast-check';
import type { ObservedLife } from '../../../src/model/estimate/observed-life.ts';

/** A small generator with a fixed start (Lehmer), so that no test depends on luck: numbers between 0 and 1. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** Lives drawn by a function of a random number, cut off at a schedule's interval. */
export function livesDrawn(count: number, cutOff: number, draw: () => number): ObservedLife[] {
  return Array.from({ length: count }, () => {
    const hours = draw();
    return { hours: Math.min(hours, cutOff), failed: hours < cutOff };
  });
}

/** Any lives, at least two of them, with two different failure times below the longest. */
export const someLives = fc
  .array(fc.record({ hours: fc.integer({ min: 1, max: 500 }), failed: fc.boolean() }), {
    minLength: 2,
    maxLength: 25,
  })
  .map((lives) => [
    ...lives,
    { hours: 100, failed: true },
    { hours: 240, failed: true },
    { hours: 600, failed: false },
  ]);
