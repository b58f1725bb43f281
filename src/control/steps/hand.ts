import { RejuvError } from '../../domain/errors.ts';
import { formatServerId, type ServerId } from '../../domain/names.ts';
import { phases } from '../../domain/operation.ts';
import { serverRecord } from '../../domain/records.ts';
import { rowsOf, type Snapshot } from '../../domain/snapshot.ts';
import { keptOn } from '../../policy/keeping.ts';
import type { StepContext } from './step-law.ts';

/**
 * Looks whether what this operation has set still stands. A person changed it: the operation stops. A new process
 * forgot it: it is set again. Gives the snapshot to go on with.
 * @throws changed-by-hand; min-serving, while there is a way back, where it cannot be set again
 */
export async function holdOurs(context: StepContext, snapshot: Snapshot, id: ServerId): Promise<Snapshot> {
  let now = snapshot;
  if (byHand(context, now, id) !== null) {
    // While one load balancer was slow to answer, the keeper may have set again what this look still shows as forgotten.
    now = await context.inTurn(id.backend, async () => await context.look(id));
    const taken = byHand(context, now, id);
    if (taken !== null) throw taken;
  }
  const aligned = await context.align(now, id.backend);
  const refused = aligned.refused.get(formatServerId(id));
  // What an operation before this one is owed, this one is about to replace by a word of its own.
  const { id: own, phase } = context.operation();
  const { intents } = serverRecord(context.records(), id);
  const ours = Object.values(intents).some((intent) => intent.operation === own);
  if (refused !== undefined && ours && phases[phase].wayBack) throw refused;
  return aligned.snapshot;
}

function byHand(context: StepContext, snapshot: Snapshot, id: ServerId): RejuvError | null {
  const { intents } = serverRecord(context.records(), id);
  for (const { view, row } of rowsOf(snapshot, id)) {
    if (intents[view.name]?.operation !== context.operation().id) continue;
    if (keptOn(view, row, context.records()) === 'by-hand') {
      return new RejuvError('changed-by-hand', { ...id, admin: row.admin, loadBalancer: view.name });
    }
  }
  return null;
}
