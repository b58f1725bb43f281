import { RejuvError } from '../../domain/errors.ts';
import { sameServer, type ServerId } from '../../domain/names.ts';
import { loadOf, rowsOf } from '../../domain/snapshot.ts';
import { oldWorkersWait } from '../../policy/old-workers.ts';
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
    await holdOurs(context, await context.look(server), server);
    const snapshot = await context.lookClosely([server.backend]);
    const [gap] = snapshot.gaps;
    if (gap !== undefined) throw gap.error;
    const rows = rowsOf(snapshot, server);
    const open = rows.find(({ row }) => row.admin !== 'maint');
    const busy = rows.some(({ row }) => row.sessions + row.queue > 0);
    const { oldWorkersGoneMs } = context.world.settings;
    const old = oldWorkersWait(snapshot, ({ id }) => sameServer(id, server), oldWorkersGoneMs);
    if (open === undefined && !busy && old === null) return;
    if (deadline.passed()) {
      const { view, row } = open ?? rows[0] ?? {};
      const facts = { loadBalancer: view?.name ?? 'a load balancer', admin: row?.admin ?? 'gone' };
      throw new RejuvError('not-proven-out', { ...server, ...facts });
    }
    context.report(
      old ?? 'before it goes on: not out of service with nothing in progress yet',
      loadOf(snapshot, server),
    );
    await context.pause();
  }
}
