import { RejuvError } from '../../domain/errors.ts';
import { formatServerId } from '../../domain/names.ts';
import { loadOf, rowsOf, type Load, type Snapshot } from '../../domain/snapshot.ts';
import type { AwaitIdleStep } from '../../domain/step.ts';
import { holdOurs } from './hand.ts';
import { nothingFound, nothingToUndo, type StepContext, type StepLaw } from './step-law.ts';

/** Two looks in a row without anybody coming in between: one look can fall between two requests. */
const looksInARow = 2;

/** Waits until sessions and queue are zero on both, with the admin state read back from both. */
export const awaitIdle: StepLaw<AwaitIdleStep> = {
  describe: ({ server, admin, deadlineMs, atDeadline }) => [
    `wait until ${server.server} has no session and no queued request on either, still in ${admin}` +
      ` (after ${deadlineMs / 1000} s: ${atDeadline})`,
  ],
  look: nothingFound,
  act: () => Promise.resolve(),

  async verify(step, _found, context) {
    const deadline = await context.deadline(step.deadlineMs);
    const { clock } = context.world;
    let idle = 0;
    let total = -1;
    let idleSince = clock.monotonic();
    let deadlineSeen = false;
    for (;;) {
      const snapshot = await holdOurs(context, await context.look(step.server), step.server);
      const load = loadOf(snapshot, step.server);
      const came = rowsOf(snapshot, step.server).reduce((sum, { row }) => sum + row.sessionsTotal, 0);
      const still = came === total && load.total === 0 && everywhere(snapshot, step);
      total = came;
      idle = still ? idle + 1 : 0;
      if (!still) idleSince = clock.monotonic();
      if (idle >= looksInARow && clock.monotonic() - idleSince >= step.quietMs) {
        return '0 sessions and 0 queued on both';
      }
      context.report(messageOf(snapshot, load), load);
      if (deadline.passed() && !deadlineSeen) {
        deadlineSeen = true;
        await atDeadline(step, load, context);
      }
      await context.pause();
    }
  },

  undo: nothingToUndo,
};

function everywhere(snapshot: Snapshot, { server, admin }: AwaitIdleStep): boolean {
  const rows = rowsOf(snapshot, server);
  return snapshot.gaps.length === 0 && rows.length > 0 && rows.every(({ row }) => row.admin === admin);
}

/** Over both load balancers. */
function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function messageOf(snapshot: Snapshot, load: Load): string {
  const [gap] = snapshot.gaps;
  if (gap !== undefined) return `cannot tell: ${gap.error.message}`;
  return `${sum(load.sessions)} session(s) and ${sum(load.queue)} queued left`;
}

/** What the shop decided about the rest: wait on, roll back, cut them, or leave it as it is. */
async function atDeadline(step: AwaitIdleStep, load: Load, context: StepContext): Promise<void> {
  const error = new RejuvError('drain-deadline', {
    ...step.server,
    sessions: sum(load.sessions),
    queue: sum(load.queue),
  });
  switch (step.atDeadline) {
    case 'abort':
    case 'stop':
      throw error;
    case 'wait':
      await context.alert({ code: error.code, message: error.message, fix: error.fix, server: step.server });
      return;
    case 'close': {
      const message = `${error.message}; they are cut now, as \`atDeadline: close\` says`;
      await context.alert({ code: error.code, message, fix: 'nothing to do', server: step.server });
      for (const one of context.world.loadBalancers) {
        context.report(`${one.name}: shutdown sessions server ${formatServerId(step.server)}`, load);
        await one.closeSessions(step.server, context.signal);
      }
    }
  }
}
