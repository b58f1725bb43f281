import fc from 'fast-check';
import type { Answer } from '../../../src/domain/fault.ts';
import {
  noEvidence,
  withObservation,
  type Evidence,
  type Observation,
} from '../../../src/policy/fault/evidence.ts';
import type { Sighting } from '../../../src/policy/fault/sighting.ts';
import type { Watching } from '../../../src/policy/fault/verdict.ts';

export const watching: Watching = { fall: 3, rise: 2, watchdog: true, ssh: true };

/** What one load balancer is seen to say. */
export type Said = 'up' | 'down' | 'maint' | 'gone';

const answers: Readonly<Record<Said, Answer>> = {
  up: 'passed',
  down: 'failed',
  maint: 'unknown',
  gone: 'unknown',
};

export function sighting(loadBalancer: string, said: Said): Sighting {
  const gone = said === 'gone';
  return {
    loadBalancer,
    reachable: !gone,
    admin: gone ? null : said === 'maint' ? 'maint' : 'ready',
    says: answers[said],
    since: gone ? null : 0,
    detail: said,
  };
}

export function sights(a: Said, b: Said, at = 0): Observation {
  return { source: 'load-balancers', at, sightings: [sighting('lb-a', a), sighting('lb-b', b)] };
}

export function asked(source: 'watchdog' | 'ssh', answer: Answer, at = 0): Observation {
  return { source, at, answer, detail: answer };
}

export function times(count: number, observation: Observation): Observation[] {
  return Array.from({ length: count }, () => observation);
}

export function evidenceOf(observations: readonly Observation[], from: Evidence = noEvidence): Evidence {
  return observations.reduce(
    (evidence, observation) => withObservation(evidence, observation, watching),
    from,
  );
}

export const saids = fc.constantFrom<Said>('up', 'down', 'maint', 'gone');

export const anyAnswer = fc.constantFrom<Answer>('passed', 'failed', 'unknown');

export const anyObservation: fc.Arbitrary<Observation> = fc.oneof(
  fc.tuple(saids, saids).map(([a, b]) => sights(a, b)),
  fc.tuple(fc.constantFrom('watchdog' as const, 'ssh' as const), anyAnswer).map(([s, a]) => asked(s, a)),
);
