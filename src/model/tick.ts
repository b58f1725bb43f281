import { mayRejuvenate, servingHealthy, type ServerCounts, type Successors } from './server-states.ts';
import type { ServerCluster } from './spare-cluster.ts';

/**
 * Which server a cron line rejuvenates: any that serves (`uniform`, the job knows nothing), an unstable one if there is
 * one (`unstable-first`), or none unless one is unstable (`unstable-only`; the job asks a monitor).
 */
export type Selection = 'uniform' | 'unstable-first' | 'unstable-only';

/** What one tick does: the states it may lead to with their probabilities; empty if it does nothing. */
export interface Tick {
  readonly outcomes: readonly (readonly [ServerCounts, number])[];
}

/**
 * One tick of a calendar clock: at most one server leaves (rolling). It does nothing if the gate is closed, enough servers
 * are being rejuvenated already, or there is nothing to select.
 */
export function tickOf(cluster: ServerCluster, selection: Selection, state: ServerCounts): Tick {
  if (!mayRejuvenate(cluster, state)) return { outcomes: [] };
  const { healthy, unstable, rejuvenating } = state;
  const fresh = servingHealthy(cluster, state);
  const unstableLeaves: ServerCounts = { healthy, unstable: unstable - 1, rejuvenating: rejuvenating + 1 };
  const healthyLeaves: ServerCounts = { healthy: healthy - 1, unstable, rejuvenating: rejuvenating + 1 };
  switch (selection) {
    case 'uniform': {
      const outcomes: [ServerCounts, number][] = [];
      if (unstable > 0) outcomes.push([unstableLeaves, unstable / (unstable + fresh)]);
      if (fresh > 0) outcomes.push([healthyLeaves, fresh / (unstable + fresh)]);
      return { outcomes };
    }
    case 'unstable-first':
      if (unstable > 0) return { outcomes: [[unstableLeaves, 1]] };
      return { outcomes: fresh > 0 ? [[healthyLeaves, 1]] : [] };
    case 'unstable-only':
      return { outcomes: unstable > 0 ? [[unstableLeaves, 1]] : [] };
  }
}

/** The ticks as transitions, to find the states that they lead to; their probabilities stand in place of rates. */
export function tickSuccessors(cluster: ServerCluster, selection: Selection): Successors {
  return (state, emit) => {
    for (const [to, probability] of tickOf(cluster, selection, state).outcomes) emit(to, probability);
  };
}
