import type { Samples } from '../../domain/sample.ts';

/** The value of a series at a moment. NaN: nothing is known of that moment. */
export type Descent = (at: number) => number;

/**
 * The last value at or before a moment, if it is at most `nearMs` older and not from before `since`. Goes from where it stood
 * last: moments close to each other, as when one walks back, cost next to nothing.
 */
export function descend(samples: Samples, since: number, nearMs: number): Descent {
  let cursor = samples.length - 1;
  // Of the sample there and of the next one: most moments lie between the same two.
  let taken = cursor < 0 ? Number.NaN : samples.at(cursor);
  let next = Infinity;
  return (at) => {
    while (at >= next) {
      cursor += 1;
      taken = next;
      next = cursor + 1 < samples.length ? samples.at(cursor + 1) : Infinity;
    }
    while (cursor >= 0 && taken > at) {
      next = taken;
      cursor -= 1;
      taken = cursor < 0 ? Number.NaN : samples.at(cursor);
    }
    return taken >= since && at - taken <= nearMs ? samples.value(cursor) : Number.NaN;
  };
}

/** One figure per another. Divided by nothing, it is no value. */
export function dividing(above: Descent, below: Descent | null): Descent {
  if (below === null) return above;
  return (at) => {
    const value = above(at);
    const by = below(at);
    return by > 0 ? value / by : Number.NaN;
  };
}
