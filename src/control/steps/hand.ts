import { RejuvError } from '../../domain/errors.ts';
import { formatServerId, sameServer, type ServerId } from '../../domain/names.ts';
import { reservedServers, type Operation } from '../../domain/operation.ts';
import { serverRecord } from '../../domain/records.ts';
import type { AdminState } from '../../domain/server.ts';
import { rowOf, type Snapshot } from '../../domain/snapshot.ts';
import type { ServingFloor } from '../../domain/step.ts';
import { changedByHand } from '../../policy/ownership.ts';
import { floorProblem } from '../../policy/serving.ts';
import { setOnPair } from '../pair.ts';
import { intendFor } from './intend.ts';
import type { StepContext } from './step-law.ts';

/**
 * Looks whether what this operation has set still stands. Same process and another state: a person did it, and the
 * operation stops. New process: HAProxy forgot, so our own states are set again, first those of servers that serve
 * (the spare), and only then, if enough serve, the one that left. Gives the snapshot to go on with.
 * @throws changed-by-hand, min-serving
 */
export async function holdOurs(context: StepContext, snapshot: Snapshot, id: ServerId): Promise<Snapshot> {
  const { intents } = serverRecord(context.records(), id);
  for (const view of snapshot.views) {
    const row = rowOf(view, id);
    const intent = intents[view.name];
    if (row === undefined || intent?.operation !== context.operation().id) continue;
    if (changedByHand(row, view.process, intent)) {
      throw new RejuvError('changed-by-hand', { ...id, admin: row.admin, loadBalancer: view.name });
    }
  }
  if (snapshot.gaps.length > 0) return snapshot;
  const others = reservedServers(context.operation()).filter(
    (other) => other.backend === id.backend && !sameServer(other, id),
  );
  let now = snapshot;
  for (const other of others) now = await setAgain(context, now, other, ['ready']);
  return await setAgain(context, now, id, comesBack(context.operation(), id) ? ['ready'] : anyState);
}

const anyState: readonly AdminState[] = ['ready', 'drain', 'maint'];

/** On its way back into service: what HAProxy forgot has brought it there already. */
function comesBack({ cause, backend, server }: Operation, id: ServerId): boolean {
  return cause !== null && sameServer(id, { backend, server });
}

/** Sets what a new process forgot of one server, as far as it is one of these states. */
async function setAgain(
  context: StepContext,
  snapshot: Snapshot,
  id: ServerId,
  states: readonly AdminState[],
): Promise<Snapshot> {
  if (forgotten(context, snapshot, id, states) === null) return snapshot;
  return await context.inTurn(id.backend, async () => {
    const fresh = await context.look(id);
    const again = forgotten(context, fresh, id, states);
    if (again === null) return fresh;
    if (Object.values(again).some((state) => state !== 'ready')) {
      const floor = floorFor(context.operation(), id);
      const problem = floor === null ? null : floorProblem(fresh, id, floor);
      if (problem !== null) throw problem;
    }
    const where = Object.keys(again).join(' and ');
    context.report(`${where} has a new process and forgot ${formatServerId(id)}; setting it again`);
    await setOnPair(context.world.loadBalancers, id, again, intendFor(context, id), context.signal);
    return await context.look(id);
  });
}

/** Per load balancer, what is to be set again; null: nothing was forgotten. */
function forgotten(
  context: StepContext,
  snapshot: Snapshot,
  id: ServerId,
  states: readonly AdminState[],
): Record<string, AdminState> | null {
  const { intents } = serverRecord(context.records(), id);
  const again: Record<string, AdminState> = {};
  for (const view of snapshot.views) {
    const row = rowOf(view, id);
    const intent = intents[view.name];
    if (row === undefined || intent === undefined || intent.operation !== context.operation().id) continue;
    const gone = row.admin !== intent.to && !intent.unsure && !changedByHand(row, view.process, intent);
    if (gone && states.includes(intent.to)) again[view.name] = intent.to;
  }
  return Object.keys(again).length === 0 ? null : again;
}

/** The floor that guarded the leaving of this server; null where a person overrode it. */
export function floorFor({ steps }: Operation, id: ServerId): ServingFloor | null {
  for (const { step } of steps) {
    if (step.kind === 'admin' && sameServer(step.server, id) && step.floor !== null) return step.floor;
  }
  return null;
}
