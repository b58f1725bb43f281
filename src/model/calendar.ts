import { RejuvError } from '../domain/errors.ts';
import { reachedFromFirst, type Chain } from './chain.ts';
import { steadyState } from './gth.ts';
import { rowTimes, zeroMatrix, type Matrix } from './matrix.ts';
import { positive } from './refuse.ts';
import { visitOf, type SolvedCluster } from './server-cluster.ts';
import { indexOf, reachedStates, serverChain, serverSuccessors, type ServerCounts } from './server-states.ts';
import { serviceState } from './service-state.ts';
import { checkServerCluster, slotsOf, type ServerCluster } from './spare-cluster.ts';
import { tickOf, tickSuccessors, type Selection, type Tick } from './tick.ts';
import { doubled, transient, type Transient } from './transient.ts';

/** A cluster under a cron line, ready to be solved for any interval. */
export interface CalendarModel {
  readonly cluster: ServerCluster;
  readonly chain: Chain;
  readonly states: readonly ServerCounts[];
  readonly ticks: readonly Tick[];
  readonly index: (state: ServerCounts) => number;
}

/** Above this, the dense matrices of one solution take more than seconds. */
const mostStates = 300;

/**
 * Model S under a bare cron line, which fires every so many hours whatever was repaired in between (block policy):
 * between two ticks the chain without rejuvenations, at a tick at most one server leaves (block replacement: Barlow,
 * Proschan 1965, chapter 4; docs/model.md 4.2).
 * @throws RejuvError `model-input`, `model-too-large`
 */
export function calendarModel(cluster: ServerCluster, selection: Selection): CalendarModel {
  checkServerCluster(cluster);
  const successors = serverSuccessors(cluster, () => 0);
  const states = reachedStates(cluster, [successors, tickSuccessors(cluster, selection)]);
  if (states.length > mostStates) {
    throw new RejuvError('model-too-large', {
      problem: `${states.length} states under a calendar clock; the limit is ${mostStates}`,
    });
  }
  return {
    cluster,
    chain: serverChain(cluster, states, successors),
    states,
    ticks: states.map((state) => tickOf(cluster, selection, state)),
    index: indexOf(cluster, states),
  };
}

/** The long run with a tick every `hours`. */
export function calendarCluster(model: CalendarModel, hours: number): SolvedCluster {
  positive('hours', hours);
  return solve(model, transient(model.chain, hours));
}

/** The long run at `hours`, 2 `hours`, 4 `hours`, ...: each costs hardly more than one alone. */
export function calendarDoublings(
  model: CalendarModel,
  hours: number,
  times: number,
): { readonly hours: number; readonly solved: SolvedCluster }[] {
  positive('hours', hours);
  let between = transient(model.chain, hours);
  const found = [{ hours, solved: solve(model, between) }];
  while (found.length <= times) {
    between = doubled(between);
    found.push({ hours: between.hours, solved: solve(model, between) });
  }
  return found;
}

/**
 * The law right before a tick is that of the chain "tick, then the time between", solved without subtraction; the mean
 * over time is the law right after a tick times the mean stays until the next.
 */
function solve(model: CalendarModel, between: Transient): SolvedCluster {
  const { cluster, states, ticks, index } = model;
  const { hours } = between;
  const before = lawBeforeTick(model, between.arrives);
  const after = new Float64Array(states.length);
  const add = (place: number, share: number): void => {
    after[place] = (after[place] ?? 0) + share;
  };
  ticks.forEach(({ outcomes }, place) => {
    const share = before[place] ?? 0;
    if (outcomes.length === 0) add(place, share);
    for (const [to, probability] of outcomes) add(index(to), share * probability);
  });
  const stays = rowTimes(after, between.stays);
  const visits = states.map((state, place) => visitOf(cluster, state, (stays[place] ?? 0) / hours));
  const atTicks = states.map((state, place) => ({
    ...visitOf(cluster, state, 0),
    rejuvenationsPerHour: ticks[place]?.outcomes.length === 0 ? 0 : (before[place] ?? 0) / hours,
  }));
  return {
    ...serviceState(cluster, slotsOf(cluster), [...visits, ...atTicks]),
    states: states.length,
  };
}

/**
 * The law right before each tick. With a long interval the probability that a rejuvenation lasts until the next tick is
 * below the range of a double; such states are left out and keep probability 0.
 */
function lawBeforeTick(model: CalendarModel, arrives: Matrix): Float64Array {
  const { chain } = model;
  const { size, cells } = fromTickToTick(model, arrives);
  const [from, to, perHour]: [number[], number[], number[]] = [[], [], []];
  cells.forEach((probability, cell) => {
    if (probability === 0) return;
    from.push(Math.floor(cell / size));
    to.push(cell % size);
    perHour.push(probability);
  });
  const reached = reachedFromFirst(size, from, to);
  const places = new Int32Array(size);
  const kept: number[] = [];
  reached.forEach((yes, state) => {
    if (yes === 1) places[state] = kept.push(state) - 1;
  });
  const inside = from.flatMap((source, n) => (reached[source] === 1 && source !== to[n] ? [n] : []));
  const { probabilities } = steadyState({
    size: kept.length,
    from: inside.map((n) => places[from[n] ?? 0] ?? 0),
    to: inside.map((n) => places[to[n] ?? 0] ?? 0),
    perHour: inside.map((n) => perHour[n] ?? 0),
    name: (place) => chain.name(kept[place] ?? 0),
  });
  const law = new Float64Array(size);
  kept.forEach((state, place) => (law[state] = probabilities[place] ?? 0));
  return law;
}

/** From each state right before a tick to each right before the next. */
function fromTickToTick({ ticks, index }: CalendarModel, arrives: Matrix): Matrix {
  const { size } = arrives;
  const matrix = zeroMatrix(size);
  ticks.forEach(({ outcomes }, place) => {
    const targets =
      outcomes.length === 0 ? [[place, 1] as const] : outcomes.map(([to, p]) => [index(to), p] as const);
    for (const [target, probability] of targets) {
      for (let j = 0; j < size; j += 1) {
        const cell = place * size + j;
        matrix.cells[cell] =
          (matrix.cells[cell] ?? 0) + probability * (arrives.cells[target * size + j] ?? 0);
      }
    }
  });
  return matrix;
}
