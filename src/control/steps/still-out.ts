import { RejuvError } from '../../domain/errors.ts';
import { sameServer, type ServerId } from '../../domain/names.ts';
import { loadOf, rowsOf } from '../../domain/snapshot.ts';
import { oldWorkersWait } from '../../policy/old-workers.ts';
import { holdOurs } from './hand.ts';
import type { StepContext } from './step-law.ts';

/**
 * The last look right before an action, once somebody is logged in: the server is in maint with nothing in progress.
 * What HAProxy forgot since the proof is set again, and the clients that it let in are waited for. Hand-overs before
 * the drain are no such action.
 * @throws changed-by-hand; not-proven-out at the deadline
 */
export async function proveStillOut(
  server: ServerId,
  deadlineMs: number,
  context: StepContext,
): Promise<void> {
  if (context.operation().phase !== 'rejuvenating') return;
  // Beside the deadline of the step, which is about the action itself.
  const { clock } = context.world;
  const end = clock.monotonic() + deadlineMs;
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
    if (clock.monotonic() >= end) {
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
