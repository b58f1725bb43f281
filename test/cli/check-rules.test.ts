import { describe, expect, it } from 'vitest';
import { examineRules } from '../../src/cli/check/aging.ts';
import { fakeWorld } from '../fakes/world.ts';
import { rule } from '../policy/aging/measured.ts';

function findings(when: string): string[] {
  const [backend] = fakeWorld().settings.backends;
  if (backend === undefined) throw new Error('the fake world has no backend');
  return examineRules({ ...backend, rules: [rule(when)] }).map(
    ({ severity, where, message, fix }) => `${severity} ${where}: ${message}; ${fix ?? ''}`,
  );
}

describe('rejuv check', () => {
  it.each(['load > 8', 'requests.rate > 200/s and sessions > 50', 'queue > 5 or load > 8'])(
    'warns of a rule on load alone: %s',
    (when) => {
      expect(findings(when)).toEqual([
        `warning aging ${when}: load is no age: this takes capacity away at the peak; ask for memory, buffers, files, errors or latency, or set them against the load, as in \`memory.used per requests.rate\``,
      ]);
    },
  );

  it('warns of a ratio that is large because traffic is low', () => {
    expect(findings('memory.used per requests.rate > 2%')).toEqual([
      'warning aging memory.used per requests.rate > 2%: memory.used per requests.rate is large whenever requests.rate is small, as at night; compare it with `1.5x freshest`, or add such as `and requests.rate > 5/s`',
    ]);
  });

  it.each([
    'memory.used > 85%',
    'load > 8 and memory.used > 85%',
    'memory.used per requests.rate > 1.5x freshest',
    'memory.used per requests.rate > 2% and requests.rate > 5/s',
    'errors.rate per requests.rate > 2%',
  ])('has nothing to say of %s', (when) => {
    expect(findings(when)).toEqual([]);
  });
});
