import { steadyState } from './gth.ts';
import { rateOrZero } from './refuse.ts';
import {
  mayRejuvenate,
  reachedStates,
  serverChain,
  serverSuccessors,
  servingHealthy,
  type ServerCounts,
} from './server-states.ts';
import { serviceState, type ServiceState, type Visit } from './service-state.ts';
import { checkServerCluster, serversOf, slotsOf, type ServerCluster } from './spare-cluster.ts';

/** The long run of model S, and how large its chain was. */
export interface SolvedCluster extends ServiceState {
  readonly states: number;
}

/** Rate per hour at which each unstable server is rejuvenated: the same everywhere, or by state. */
export type RejuvenationRule = number | ((state: ServerCounts) => number);

/**
 * Model S: every server ages, fails, is repaired and rejuvenated on its own; spares take over in active/standby. Exact,
 * by elimination without subtraction (docs/model.md 3).
 * @throws RejuvError `model-input`, `model-reducible`, `model-too-large`, `model-unsolved`
 */
export function serverCluster(cluster: ServerCluster, rule: RejuvenationRule): SolvedCluster {
  checkServerCluster(cluster);
  const rate = typeof rule === 'number' ? () => rule : rule;
  if (typeof rule === 'number') rateOrZero('rejuvenationPerHour', rule);
  const successors = serverSuccessors(cluster, rate);
  const states = reachedStates(cluster, [successors]);
  const { probabilities } = steadyState(serverChain(cluster, states, successors));
  const visits = states.map((state, place) => {
    const share = probabilities[place] ?? 0;
    const rejuvenates = mayRejuvenate(cluster, state) ? state.unstable * rate(state) : 0;
    return { ...visitOf(cluster, state, share), rejuvenationsPerHour: share * rejuvenates };
  });
  return { ...serviceState(cluster, slotsOf(cluster), visits), states: states.length };
}

/** A state of model S as the service sees it, without rejuvenations. */
export function visitOf(cluster: ServerCluster, state: ServerCounts, share: number): Visit {
  const { healthy, unstable, rejuvenating } = state;
  const failures =
    unstable * cluster.failurePerHour + servingHealthy(cluster, state) * cluster.healthyFailurePerHour;
  return {
    share,
    working: healthy + unstable,
    rejuvenating,
    unstable,
    failed: serversOf(cluster) - healthy - unstable - rejuvenating,
    failuresPerHour: share * failures,
    rejuvenationsPerHour: 0,
  };
}
