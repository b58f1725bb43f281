import type { Samples } from '../../../src/domain/sample.ts';
import { kendallScore, standardised } from '../../../src/model/trend/mann-kendall.ts';
import { twoSidedTail } from '../../../src/model/special/normal.ts';
import { forecast, reachesWithin } from '../../../src/policy/aging/forecast.ts';
import { day, limit, minute } from './series.ts';

/** What judges a server at each look, and how long it has to hold. */
export interface Detector {
  readonly name: string;
  readonly forMs: number;
  holds(look: { readonly samples: Samples; readonly since: number; readonly now: number }): boolean;
}

/** `memory.used > 85%`, `for: 10m`. */
const threshold: Detector = {
  name: 'fixed threshold (> 85 % for 10m)',
  forMs: 10 * minute,
  holds: ({ samples }) => samples.length > 0 && samples.value(samples.length - 1) > 0.85,
};

/** A rise at alpha 0.05, on every mean since the last start. */
const plain: Detector = {
  name: 'plain Mann-Kendall (raw means, p < 0.05)',
  forMs: 0,
  holds({ samples, since }) {
    const values: number[] = [];
    for (let i = 0; i < samples.length; i++) if (samples.at(i) >= since) values.push(samples.value(i));
    if (values.length < 10) return false;
    const { s, variance } = kendallScore(values);
    return s > 0 && twoSidedTail(standardised(s, variance)) < 0.05;
  },
};

/** `memory.used reaches 95% within SPAN`, told at once, without a `for`. */
function reaches(name: string, withinMs: number): Detector {
  return {
    name: `forecast (reaches 95% within ${name})`,
    forMs: 0,
    holds: (look) => reachesWithin(forecast({ ...look, limit, direction: 'up' }), withinMs) ?? false,
  };
}

/** The rule that docs/model.md recommends. */
export const ours = reaches('14d', 14 * day);
export const detectors: readonly Detector[] = [threshold, plain, reaches('24h', day), ours];
