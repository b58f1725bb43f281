import { RejuvError } from '../../domain/errors.ts';
import { formatServerId, sameServer, type ServerId } from '../../domain/names.ts';
import type { Operation } from '../../domain/operation.ts';
import { serverRecord } from '../../domain/records.ts';
import type { AdminState } from '../../domain/server.ts';
import { rowsOf, type Snapshot } from '../../domain/snapshot.ts';
import type { AdminStep, AdminTarget, Found, ServingFloor, Step } from '../../domain/step.ts';
import { handsOn, keptOn } from '../../policy/keeping.ts';
import { floorProblem } from '../../policy/serving.ts';
import { owe } from '../owed.ts';
import { setOnPair, targetOn } from '../pair.ts';
import { holdOurs } from './hand.ts';
import type { StepContext, StepLaw } from './step-law.ts';

/** Sets the admin state on both load balancers. */
export const admin: StepLaw<AdminStep> = {
  describe: ({ server, to }, loadBalancers) =>
    loadBalancers.flatMap((name) => {
      const state = typeof to === 'string' ? to : to[name];
      return state === undefined ? [] : [`${name}: set server ${formatServerId(server)} state ${state}`];
    }),

  async look(step, context) {
    const snapshot = await holdOurs(context, await context.look(step.server), step.server);
    const gap = snapshot.gaps[0];
    if (gap !== undefined) throw gap.error;
    const found = statesOf(snapshot, step);
    refuseAnothersHand(step, snapshot, context);
    refuseUnfit(step, snapshot, context);
    refuseBelowFloor(step, found, snapshot);
    return { admin: found };
  },

  async act(step, found, context) {
    const { server } = step;
    const target = resolved(step, found);
    const ledger = context.ledger(server);
    // Between the look and here lie records: others may have died, and a load balancer may have come back as it was.
    const seen = await holdOurs(context, await context.look(server), server);
    const [gap] = seen.gaps;
    if (gap !== undefined) throw gap.error;
    refuseUnfit(step, seen, context);
    refuseBelowFloor(step, found.admin ?? {}, seen);
    await setOnPair(context.answering(seen), server, target, ledger, context.signal);
    const { settings } = context.world;
    await owe(seen, { records: context.records(), settings }, server, wantedBy(step), ledger);
  },

  async verify(step, found, context) {
    const target = resolved(step, found);
    // A process that came up since the write may have loaded what was saved before it: that is set again here.
    const snapshot = await holdOurs(context, await context.look(step.server), step.server);
    const gap = snapshot.gaps[0];
    if (gap !== undefined) throw gap.error;
    const states = Object.entries(statesOf(snapshot, step));
    for (const [loadBalancer, seen] of states) {
      if (seen !== targetOn(target, loadBalancer, seen)) {
        throw new RejuvError('changed-by-hand', { ...step.server, admin: seen, loadBalancer });
      }
    }
    return `reads ${states.map(([name, state]) => `${state} on ${name}`).join(', ')}`;
  },

  undo(step, { admin: found }) {
    if (found === undefined) return [];
    const states = new Set(Object.values(found));
    const [only] = states;
    const to = only !== undefined && states.size === 1 ? only : found;
    return wayBackTo(step, to);
  },
};

/**
 * A fault is nobody's wish, and neither is a way back: what a person has set since it was decided about is left alone.
 * Ready is no word against a failover on its course.
 * @throws changed-by-hand
 */
function refuseAnothersHand(step: AdminStep, snapshot: Snapshot, context: StepContext): void {
  const { server } = step;
  const operation = context.operation();
  const { kind, trigger, cause } = operation;
  const goesBack = cause !== null;
  if (trigger !== 'fault' && kind !== 'failover' && !goesBack) return;
  for (const hand of handsOn(snapshot, context.records(), server)) {
    const wanted = wantedBy(step)(hand.loadBalancer, hand.admin);
    // A drain on the way into service is not the end: what a person drains would be put into service by the next step.
    const stays =
      wanted !== 'drain' || (goesBack && firstFound(operation, server, hand.loadBalancer) === 'drain');
    const agrees = hand.admin === wanted && stays;
    const free = agrees || (hand.admin === 'ready' && kind === 'failover' && !goesBack);
    if (!free) throw new RejuvError('changed-by-hand', { ...server, ...hand });
  }
}

/** What it had before this operation said anything: a way back leads there. */
function firstFound({ steps }: Operation, id: ServerId, loadBalancer: string): AdminState | undefined {
  const first = steps.find(
    ({ step, found }) => step.kind === 'admin' && sameServer(step.server, id) && found !== null,
  );
  return first?.found?.admin?.[loadBalancer];
}

/** @throws changed-by-hand; not-in-line where a load balancer lacks what rejuv wants there, and cannot be given it now */
function refuseUnfit(step: AdminStep, snapshot: Snapshot, context: StepContext): void {
  const { server, from } = step;
  if (from === null) return;
  for (const { view, row } of rowsOf(snapshot, server)) {
    const { admin } = row;
    if (admin === from || isOurs(context, step, view.name, admin)) continue;
    const facts = { ...server, admin, loadBalancer: view.name };
    const kept = keptOn(view, row, context.records());
    const owed = kept === 'unfinished' || kept === 'forgotten';
    throw owed
      ? new RejuvError('not-in-line', { ...facts, wanted: from })
      : new RejuvError('changed-by-hand', facts);
  }
}

/** The state is what this step leads to, and this operation has said so itself: a person's own drain is not rejuv's. */
function isOurs(
  context: StepContext,
  { server, to }: AdminStep,
  loadBalancer: string,
  state: AdminState,
): boolean {
  const intent = serverRecord(context.records(), server).intents[loadBalancer];
  return (
    state === targetOn(to, loadBalancer, state) &&
    intent?.operation === context.operation().id &&
    intent.to === state
  );
}

/** Counts on the load balancers on which it is to leave; where it stays ready, nothing is taken away. */
function refuseBelowFloor(
  step: AdminStep,
  admin: Readonly<Record<string, AdminState>>,
  snapshot: Snapshot,
): void {
  if (step.floor === null) return;
  const target = resolved(step, { admin });
  const views = snapshot.views.filter(({ name }) => targetOn(target, name, 'ready') !== 'ready');
  const problem = floorProblem({ ...snapshot, views }, step.server, step.floor);
  if (problem !== null) throw problem;
}

function statesOf(snapshot: Snapshot, step: AdminStep): Record<string, AdminState> {
  return Object.fromEntries(rowsOf(snapshot, step.server).map(({ view, row }) => [view.name, row.admin]));
}

/** What each load balancer is to be set to, given what was found there. */
function resolved(step: AdminStep, found: Found): AdminTarget {
  if (!step.keepReady || found.admin === undefined) return step.to;
  const wanted = wantedBy(step);
  return Object.fromEntries(Object.entries(found.admin).map(([name, state]) => [name, wanted(name, state)]));
}

/** What a load balancer should have that had this last, also one that is away; ready is left so where the step says so. */
function wantedBy({ to, keepReady }: AdminStep): (loadBalancer: string, from: AdminState) => AdminState {
  return (loadBalancer, from) => (keepReady && from === 'ready' ? 'ready' : targetOn(to, loadBalancer, from));
}

/** A server that was ready is admitted again (checked, as any); one that leaves again gets its grace. */
function wayBackTo(step: AdminStep, to: AdminTarget): Step[] {
  const { server, back } = step;
  const set = (state: AdminTarget, floor: ServingFloor | null, keepReady = false): Step => ({
    kind: 'admin',
    server,
    to: state,
    from: null,
    keepReady,
    floor,
    back,
  });
  if (to === 'maint') {
    return [
      set('maint', back.floor),
      {
        kind: 'await-idle',
        server,
        admin: 'maint',
        quietMs: 0,
        deadlineMs: back.idleDeadlineMs,
        atDeadline: 'wait',
      },
    ];
  }
  if (to === 'drain') {
    // Undone from ready, clients may be bound to it by now; undone from maint, the grace ends at once.
    return [set('drain', back.floor), { kind: 'grace', server, forMs: back.graceMs }];
  }
  const { checkDeadlineMs: deadlineMs, allowUnchecked } = back;
  const half: AdminTarget =
    to === 'ready'
      ? 'drain'
      : Object.fromEntries(
          Object.entries(to).map(([name, state]) => [name, state === 'ready' ? 'drain' : state]),
        );
  const on = typeof to === 'string' ? null : Object.keys(to).filter((name) => to[name] === 'ready');
  // Found ready on one and out on the other, it leaves that one again.
  const floor = to === 'ready' ? null : back.floor;
  return [
    set(half, floor, true),
    { kind: 'await-checked', server, on, deadlineMs, allowUnchecked },
    set(to, floor),
    ...(to === 'ready' ? [{ kind: 'await-serving' as const, server, deadlineMs, allowUnchecked }] : []),
  ];
}
