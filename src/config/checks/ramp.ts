import type { Draft } from '../fields.ts';
import type { Finding, Path } from '../problem.ts';

/** A ramp rises, and ends at the whole weight. */
export function checkRamps(draft: Draft): Finding[] {
  return Object.entries(draft.backends).flatMap(([name, { ramp }]): Finding[] => {
    if (ramp === undefined) return [];
    const path: Path = ['backends', name, 'ramp', 'steps'];
    const rises = ramp.steps.every((share, index) => index === 0 || share > (ramp.steps[index - 1] ?? 0));
    if (rises && ramp.steps.at(-1) === 1) return [];
    const message = rises
      ? `the ramp of backend ${name} does not end at the whole weight`
      : `the ramp of backend ${name} does not rise`;
    return [{ path, at: 'value', message, fix: 'write such as [10%, 25%, 50%, 100%]' }];
  });
}
