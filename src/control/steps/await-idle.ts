import { RejuvError } from '../../domain/errors.ts';
import { formatServerId, sameServer } from '../../domain/names.ts';
import { heldBy } from '../../domain/old-workers.ts';
import { loadOf, rowsOf, type Load, type Snapshot } from '../../domain/snapshot.ts';
import type { AwaitIdleStep } from '../../domain/step.ts';
import { seenOn } from '../../policy/absence.ts';
import { oldWorkersWait } from '../../policy/old-workers.ts';
import { holdOurs } from './hand.ts';
import { nothingFound, nothingToUndo, type StepContext, type StepLaw } from './step-law.ts';

/** Two looks in a row without anybody coming in between: one look can fall between two requests. */
const looksInARow = 2;

/** Waits until sessions and queue are zero on both, old workers included, with the admin state read back from both. */
export const awaitIdle: StepLaw<AwaitIdleStep> = {
  describe: ({ server, admin, deadlineMs, atDeadline }) => [
    `wait until ${server.server} has no session and no queued request on either, old workers included, still in ${admin}` +
      ` (after ${deadlineMs / 1000} s: ${atDeadline})`,
  ],
  look: nothingFound,
  act: () => Promise.resolve(),

  async verify(step, _found, context) {
    const deadline = await context.deadline(step.deadlineMs);
    const { clock, settings } = context.world;
    let idle = 0;
    let total = -1;
    let idleSince = clock.monotonic();
    let deadlineSeen = false;
    let unseenTold = false;
    let looks = 0;
    const began = clock.monotonic();
    for (;;) {
      looks += 1;
      const look = await holdOurs(context, await context.lookClosely([step.server.backend]), step.server);
      // Where a state was set again, that look was a plain one.
      const snapshot = isClose(look) ? look : await context.lookClosely([step.server.backend]);
      const load = loadOf(snapshot, step.server);
      const came = rowsOf(snapshot, step.server).reduce((sum, { row }) => sum + row.sessionsTotal, 0);
      const old = oldWorkersWait(
        snapshot,
        ({ id }) => sameServer(id, step.server),
        settings.oldWorkersGoneMs,
      );
      const none = sum(load.sessions) + sum(load.queue) === 0 && old === null;
      const still = came === total && none && everywhere(snapshot, step);
      total = came;
      idle = still ? idle + 1 : 0;
      if (!still) idleSince = clock.monotonic();
      if (idle >= looksInARow && clock.monotonic() - idleSince >= step.quietMs) {
        return `0 sessions and 0 queued on ${seenOn(snapshot)}`;
      }
      context.report(messageOf(snapshot, step, load, old), load);
      // Passed while nobody looked, it still leaves the looks of a proof.
      const looked = !context.again || (looks > looksInARow && clock.monotonic() - began > step.quietMs);
      if (deadline.passed() && looked && step.atDeadline === 'go on') {
        return `not waited for any longer: ${messageOf(snapshot, step, load, old)}`;
      }
      if (deadline.passed() && looked && !deadlineSeen) {
        const [gap] = snapshot.gaps;
        if (gap === undefined) {
          deadlineSeen = true;
          await atDeadline(step, snapshot, load, context);
        } else if (!unseenTold) {
          unseenTold = true;
          await atDeadlineUnseen(step, gap.error.message, context);
        }
      }
      await context.pause();
    }
  },

  undo: nothingToUndo,
};

function everywhere(snapshot: Snapshot, { server, admin }: AwaitIdleStep): boolean {
  const rows = rowsOf(snapshot, server);
  const whole = snapshot.gaps.length === 0 && rows.length > 0 && rows.length === snapshot.views.length;
  return whole && rows.every(({ row }) => row.admin === admin);
}

function isClose({ views }: Snapshot): boolean {
  return views.every(({ oldWorkers }) => oldWorkers.kind !== 'not-asked');
}

/** Over both load balancers. */
function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function messageOf(snapshot: Snapshot, step: AwaitIdleStep, load: Load, old: string | null): string {
  const [gap] = snapshot.gaps;
  if (gap !== undefined) return `cannot tell: ${gap.error.message}`;
  const left = sum(load.sessions) + sum(load.queue);
  // Nothing is left but what the sentence about old workers tells.
  if (left === 0 && old !== null) return old;
  const counts = `${sum(load.sessions)} session(s) and ${sum(load.queue)} queued left`;
  const inOld = inOldWorkers(snapshot, step);
  return inOld === '' ? counts : `${counts}, ${inOld}`;
}

/** `2 of them in an old worker of lb-a`; empty where there is nothing. */
function inOldWorkers(snapshot: Snapshot, { server }: AwaitIdleStep): string {
  return snapshot.views
    .map(({ name, oldWorkers }) => ({ name, ...heldBy(oldWorkers, server) }))
    .filter(({ sessions, queue }) => sessions + queue > 0)
    .map(({ name, sessions, queue }) => `${sessions + queue} of them in an old worker of ${name}`)
    .join(' and ');
}

/** Nothing is cut and nothing rolled back for a load balancer that is merely away; a person's own drain ends here. */
async function atDeadlineUnseen(step: AwaitIdleStep, problem: string, context: StepContext): Promise<void> {
  const error = new RejuvError('drain-unseen', { ...step.server, problem });
  if (step.atDeadline === 'stop') throw error;
  await context.alert({ code: error.code, message: error.message, fix: error.fix, server: step.server });
}

/** What the shop decided about the rest: wait on, roll back, cut them, or leave it as it is. */
async function atDeadline(
  step: AwaitIdleStep,
  snapshot: Snapshot,
  load: Load,
  context: StepContext,
): Promise<void> {
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
    case 'go on':
      return;
    case 'close': {
      const inOld = inOldWorkers(snapshot, step);
      // HAProxy: an old worker answers `shutdown sessions server` with "Proxy is disabled."
      const but = inOld === '' ? '' : `; ${inOld}, which cannot be cut and are waited for`;
      const message = `${error.message}; they are cut now, as \`atDeadline: close\` says${but}`;
      await context.alert({ code: error.code, message, fix: 'nothing to do', server: step.server });
      for (const one of context.answering(snapshot)) {
        context.report(`${one.name}: shutdown sessions server ${formatServerId(step.server)}`, load);
        await one.closeSessions(step.server, context.signal);
      }
    }
  }
}
