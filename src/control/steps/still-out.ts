import { RejuvError } from '../../domain/errors.ts';
import type { ServerId } from '../../domain/names.ts';
import { loadOf, rowsOf } from '../../domain/snapshot.ts';
import { holdOurs } from './hand.ts';
import type { StepContext } from './step-law.ts';

/**
 * An action that is taken up again acts on a proof of before: it is seen once more that the server is in maint with
 * nothing in progress. What HAProxy forgot meanwhile is set again, and the clients that it let in are waited for.
 * Elsewhere, and the first time, the step before has just proven it.
 * @throws changed-by-hand; not-proven-out at the deadline
 */
export async function proveStillOut(
  server: ServerId,
  deadlineMs: number,
  context: StepContext,
): Promise<void> {
  if (!context.again || context.operation().phase !== 'rejuvenating') return;
  const deadline = await context.deadline(deadlineMs, 'anew');
  for (;;) {
    const snapshot = await holdOurs(context, await context.look(server), server);
    const [gap] = snapshot.gaps;
    if (gap !== undefined) throw gap.error;
    const open = rowsOf(snapshot, server).find(({ row }) => row.admin !== 'maint');
    const load = loadOf(snapshot, server);
    if (open === undefined && load.total === 0) return;
    if (deadline.passed()) {
      const { view, row } = open ?? rowsOf(snapshot, server)[0] ?? {};
      const facts = { loadBalancer: view?.name ?? 'a load balancer', admin: row?.admin ?? 'gone' };
      throw new RejuvError('not-proven-out', { ...server, ...facts });
    }
    context.report('before it goes on: out of service, with nothing in progress?', load);
    await context.pause();
  }
}
