import { RejuvError } from '../../domain/errors.ts';
import { formatServerId, type ServerId } from '../../domain/names.ts';
import { serverRecord } from '../../domain/records.ts';
import { rowOf, type Snapshot } from '../../domain/snapshot.ts';
import { changedByHand } from '../../policy/ownership.ts';
import { setOnPair } from '../pair.ts';
import { intendFor } from './intend.ts';
import type { StepContext } from './step-law.ts';

/**
 * Looks whether what this operation has set still stands. Same process and another state: a person did it, and the
 * operation stops. New process: HAProxy forgot, so our own state is set again. Gives the snapshot to go on with.
 * @throws changed-by-hand
 */
export async function holdOurs(context: StepContext, snapshot: Snapshot, id: ServerId): Promise<Snapshot> {
  const { intents } = serverRecord(context.records(), id);
  const again: Record<string, 'ready' | 'drain' | 'maint'> = {};
  for (const view of snapshot.views) {
    const row = rowOf(view, id);
    const intent = intents[view.name];
    if (row === undefined || intent?.operation !== context.operation().id) continue;
    if (changedByHand(row, view.process, intent)) {
      throw new RejuvError('changed-by-hand', { ...id, admin: row.admin, loadBalancer: view.name });
    }
    if (row.admin !== intent.to && !intent.unsure) again[view.name] = intent.to;
  }
  if (Object.keys(again).length === 0 || snapshot.gaps.length > 0) return snapshot;
  const where = Object.keys(again).join(' and ');
  context.report(`${where} has a new process and forgot ${formatServerId(id)}; setting it again`);
  await setOnPair(context.world.loadBalancers, id, again, intendFor(context, id), context.signal);
  return await context.look(id);
}
