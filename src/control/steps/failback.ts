import { sameServer, type OperationId } from '../../domain/names.ts';
import { reservedServers, type Operation } from '../../domain/operation.ts';
import { holdersOf, serverRecord, type Records } from '../../domain/records.ts';
import { rowsOf, type Snapshot } from '../../domain/snapshot.ts';
import type { FailbackStep } from '../../domain/step.ts';
import { handsAway } from '../../policy/keeping.ts';
import { floorProblem } from '../../policy/serving.ts';
import { plannedIn } from '../procedures/pieces.ts';
import { nothingFound, nothingToUndo, type StepContext, type StepLaw } from './step-law.ts';

/**
 * The end of a repair whose server is to have its place back. Until here the stand-in is anybody's: it may be drained,
 * rejuvenated, or fail and be replaced while the other one is repaired. Where it cannot be relieved now, the repaired
 * server becomes the next spare.
 */
export const failback: StepLaw<FailbackStep> = {
  describe: ({ server, standIn }) => [
    `${server.server} gets its place back from ${standIn.server}, if that one serves and nothing else has it by then`,
  ],
  look: nothingFound,
  act: () => Promise.resolve(),

  async verify(step, _found, context) {
    for (;;) {
      const seen = await context.look(step.standIn);
      const [gap] = seen.gaps;
      if (gap !== undefined) throw gap.error;
      const said = await context.oneByOne(async () => await redirect(step, seen, context));
      if (said !== null) return said;
      await context.pause();
    }
  },

  undo: nothingToUndo,
};

/** Nobody begins anything meanwhile. Null: the failover that took the place is not over yet. */
async function redirect(step: FailbackStep, seen: Snapshot, context: StepContext): Promise<string | null> {
  const { server, standIn, back } = step;
  const operation = context.operation();
  const records = context.records();
  const reason = `${standIn.server} gives the place back to ${server.server}`;
  // Taken up again after a restart: the stand-in was taken already.
  if (reservedServers(operation).some((id) => sameServer(id, standIn))) return reason;
  const holders = holdersOf(records, standIn);
  if (holders.some((one) => one.kind === 'failover' && sameServer(one, server))) return null;
  const [holder] = holders;
  const problem =
    holder === undefined ? whyNot(step, operation, seen, records) : `is taken by operation ${holder.id}`;
  if (problem !== null) return `it becomes a spare: ${standIn.server} ${problem}`;
  const [by = operation.id] = speakers(step, records);
  const steps = plannedIn('registering', back);
  const at = context.world.clock.now();
  await context.record({ type: 'repair-redirected', at, id: operation.id, by, reason, steps });
  return reason;
}

function whyNot(step: FailbackStep, { id }: Operation, seen: Snapshot, records: Records): string | null {
  const { role, hold } = serverRecord(records, step.standIn);
  if (role !== 'primary') return 'is no primary any more';
  if (hold !== null) return `is held (${hold.reason})`;
  const rows = rowsOf(seen, step.standIn);
  if (rows.length < seen.views.length) return 'does not exist on every load balancer';
  const out = rows.find(({ row }) => row.admin !== 'ready');
  if (out !== undefined) return `is in ${out.row.admin} on ${out.view.name}`;
  const hand = handsAway(seen, records, step.standIn).find(({ admin }) => admin !== 'ready');
  if (hand !== undefined) return `was set ${hand.admin} by hand on ${hand.loadBalancer}`;
  const floor = floorProblem(seen, step.standIn, step.floor, 1);
  if (floor !== null) return `is needed as well: ${floor.message}`;
  const several = speakers(step, records);
  return several.length > 1 ? `was set by ${several.join(' and ')} since ${id} began` : null;
}

/** Which operations have said the last word about the stand-in: this one goes on from there. */
function speakers({ standIn }: FailbackStep, records: Records): OperationId[] {
  const { intents } = serverRecord(records, standIn);
  return [...new Set(Object.values(intents).flatMap(({ operation }) => operation ?? []))];
}
