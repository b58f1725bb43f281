import { RejuvError } from '../domain/errors.ts';
import type { Chain } from './chain.ts';
import { gateOpen, serversOf, slotsOf, type ServerCluster } from './spare-cluster.ts';

/** A state of model S: how many servers are healthy, unstable and rejuvenating; the others have failed. */
export interface ServerCounts {
  readonly healthy: number;
  readonly unstable: number;
  readonly rejuvenating: number;
}

/** Calls `emit` for each state that this one leads to. */
export type Successors = (state: ServerCounts, emit: (to: ServerCounts, perHour: number) => void) => void;

/** Healthy servers that serve, and so age: in active/standby those in the places that the unstable ones leave free. */
export const servingHealthy = (cluster: ServerCluster, { healthy, unstable }: ServerCounts): number =>
  Math.min(healthy, slotsOf(cluster) - unstable);

/** Whether a rejuvenation may start in this state. */
export const mayRejuvenate = (cluster: ServerCluster, state: ServerCounts): boolean =>
  state.rejuvenating < cluster.rejuvenatedAtOnce && gateOpen(cluster, state.healthy + state.unstable);

/** The transitions of model S; `rejuvenationPerHour` says for each state at which rate each unstable server is rejuvenated. */
export function serverSuccessors(
  cluster: ServerCluster,
  rejuvenationPerHour: (state: ServerCounts) => number,
): Successors {
  const all = serversOf(cluster);
  return (state, emit) => {
    const { healthy: h, unstable: u, rejuvenating: r } = state;
    const failed = all - h - u - r;
    const serving = servingHealthy(cluster, state);
    const go = (to: [number, number, number], perHour: number): void => {
      if (perHour > 0) emit({ healthy: to[0], unstable: to[1], rejuvenating: to[2] }, perHour);
    };
    go([h - 1, u + 1, r], serving * cluster.agingPerHour);
    go([h, u - 1, r], u * cluster.failurePerHour);
    go([h - 1, u, r], serving * cluster.healthyFailurePerHour);
    if (mayRejuvenate(cluster, state)) go([h, u - 1, r + 1], u * rejuvenationPerHour(state));
    go([h + 1, u, r - 1], r * cluster.restartPerHour);
    go([h + 1, u, r], Math.min(failed, cluster.crews) * cluster.repairPerHour);
  };
}

/** Number of states before those that are never reached are left out. */
export function stateSpaceSize(cluster: ServerCluster): number {
  const [all, slots] = [serversOf(cluster), slotsOf(cluster)];
  let size = 0;
  for (let r = 0; r <= Math.min(cluster.rejuvenatedAtOnce, all); r += 1) {
    const [left, most] = [all - r, Math.min(slots, all - r)];
    size += ((most + 1) * (2 * left - most + 2)) / 2;
  }
  return size;
}

const mostStates = 150_000;

/**
 * The states reached from "all healthy", ordered by failed, then rejuvenating, then unstable servers: transitions lead
 * to the next or previous number of failed servers, so the envelope stays narrow. "All healthy" is the first.
 * @throws RejuvError `model-too-large`
 */
export function reachedStates(cluster: ServerCluster, leads: readonly Successors[]): readonly ServerCounts[] {
  const all = serversOf(cluster);
  if (stateSpaceSize(cluster) > mostStates) {
    throw new RejuvError('model-too-large', {
      problem: `${all} servers have ${stateSpaceSize(cluster)} states; the limit is ${mostStates}`,
    });
  }
  const key = keyOf(cluster);
  const start: ServerCounts = { healthy: all, unstable: 0, rejuvenating: 0 };
  const reached = new Map([[key(start), start]]);
  const open = [start];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (const successors of leads) {
      successors(state, (to) => {
        if (reached.has(key(to))) return;
        reached.set(key(to), to);
        open.push(to);
      });
    }
  }
  return [...reached].sort(([a], [b]) => a - b).map(([, state]) => state);
}

/** The place of a state in the order by failed, rejuvenating and unstable servers. */
function keyOf(cluster: ServerCluster): (state: ServerCounts) => number {
  const side = serversOf(cluster) + 1;
  return ({ healthy, unstable, rejuvenating }) =>
    ((side - 1 - healthy - unstable - rejuvenating) * side + rejuvenating) * side + unstable;
}

/** Index of each state. */
export function indexOf(
  cluster: ServerCluster,
  states: readonly ServerCounts[],
): (state: ServerCounts) => number {
  const key = keyOf(cluster);
  const places = new Map(states.map((state, place) => [key(state), place]));
  return (state) => {
    const place = places.get(key(state));
    if (place === undefined) throw new RejuvError('internal', { problem: `no state ${words(state)}` });
    return place;
  };
}

/** The chain of the given states. */
export function serverChain(
  cluster: ServerCluster,
  states: readonly ServerCounts[],
  successors: Successors,
): Chain {
  const index = indexOf(cluster, states);
  const [from, to, perHour]: [number[], number[], number[]] = [[], [], []];
  states.forEach((state, place) => {
    successors(state, (target, rate) => {
      from.push(place);
      to.push(index(target));
      perHour.push(rate);
    });
  });
  const all = serversOf(cluster);
  const name = (place: number): string => {
    const state = states[place];
    if (state === undefined) return `state ${place}`;
    const failed = all - state.healthy - state.unstable - state.rejuvenating;
    return `${words(state)} and ${failed} failed`;
  };
  return { size: states.length, from, to, perHour, name };
}

const words = ({ healthy, unstable, rejuvenating }: ServerCounts): string =>
  `${healthy} healthy, ${unstable} unstable, ${rejuvenating} rejuvenating`;
