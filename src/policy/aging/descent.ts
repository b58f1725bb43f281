import type { Samples } from '../../domain/sample.ts';

/** Values of a series at moments that are asked for from new to old. NaN: nothing is known of that moment. */
export type Descent = (at: number) => number;

/**
 * The last value at or before each moment, if it is at most `nearMs` older and not from before `since`. Each moment has to
 * be at or before the one asked for last, so that nothing is looked at twice.
 */
export function descend(samples: Samples, since: number, nearMs: number): Descent {
  let cursor = samples.length - 1;
  return (at) => {
    while (cursor >= 0 && samples.at(cursor) > at) cursor -= 1;
    if (cursor < 0) return Number.NaN;
    const taken = samples.at(cursor);
    return taken < since || at - taken > nearMs ? Number.NaN : samples.value(cursor);
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
