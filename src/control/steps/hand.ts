import { RejuvError } from '../../domain/errors.ts';
import { formatServerId, sameServer, type ServerId } from '../../domain/names.ts';
import { reservedServers } from '../../domain/operation.ts';
import { serverRecord } from '../../domain/records.ts';
import type { AdminState } from '../../domain/server.ts';
import { rowOf, type Snapshot } from '../../domain/snapshot.ts';
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
  return await setAgain(context, now, id, ['ready', 'drain', 'maint']);
}

/** What a new process forgot of one server, as far as it is one of these states. */
async function setAgain(
  context: StepContext,
  snapshot: Snapshot,
  id: ServerId,
  states: readonly AdminState[],
): Promise<Snapshot> {
  const { intents } = serverRecord(context.records(), id);
  const again: Record<string, AdminState> = {};
  for (const view of snapshot.views) {
    const row = rowOf(view, id);
    const intent = intents[view.name];
    if (row === undefined || intent === undefined || intent.operation !== context.operation().id) continue;
    const forgotten = row.admin !== intent.to && !intent.unsure && !changedByHand(row, view.process, intent);
    if (forgotten && states.includes(intent.to)) again[view.name] = intent.to;
  }
  if (Object.keys(again).length === 0) return snapshot;
  if (Object.values(again).some((state) => state !== 'ready')) {
    const floor = floorIn(context, id);
    const problem = floor === null ? null : floorProblem(snapshot, id, floor);
    if (problem !== null) throw problem;
  }
  const where = Object.keys(again).join(' and ');
  context.report(`${where} has a new process and forgot ${formatServerId(id)}; setting it again`);
  await setOnPair(context.world.loadBalancers, id, again, intendFor(context, id), context.signal);
  return await context.look(id);
}

/** The floor that guarded the leaving of this server; null where a person overrode it. */
function floorIn(context: StepContext, id: ServerId) {
  for (const { step } of context.operation().steps) {
    if (step.kind === 'admin' && sameServer(step.server, id) && step.floor !== null) return step.floor;
  }
  return null;
}
