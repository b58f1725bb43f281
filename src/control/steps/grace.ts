import { loadOf, rowsOf } from '../../domain/snapshot.ts';
import type { GraceStep } from '../../domain/step.ts';
import { holdOurs } from './hand.ts';
import { nothingFound, nothingToUndo, type StepLaw } from './step-law.ts';

/** Nobody has come for so long (or the whole grace, if that is shorter): there is no bound client to wait for. */
export const quietMs = 5_000;

/**
 * The grace for clients bound by a cookie or a stick table. HAProxy goes on sending them to a draining server, so
 * current sessions may be zero between two of their requests: only a total that stands still says nobody comes.
 */
export const grace: StepLaw<GraceStep> = {
  describe: ({ server, forMs }) => [
    `up to ${forMs / 1000} s of grace for clients bound to ${server.server} by a cookie or a stick table`,
  ],
  look: nothingFound,
  act: () => Promise.resolve(),

  async verify(step, _found, context) {
    const { clock } = context.world;
    const deadline = await context.deadline(step.forMs);
    let total = -1;
    let quietSince = clock.monotonic();
    for (;;) {
      const snapshot = await holdOurs(context, await context.look(step.server), step.server);
      const load = loadOf(snapshot, step.server);
      const seen = rowsOf(snapshot, step.server).reduce((sum, { row }) => sum + row.sessionsTotal, 0);
      if (seen !== total || load.total !== 0) quietSince = clock.monotonic();
      total = seen;
      if (clock.monotonic() - quietSince >= Math.min(quietMs, step.forMs)) return 'nobody comes any more';
      if (deadline.passed()) return `over, with ${load.total ?? 'an unknown number of'} in progress`;
      context.report('grace for clients bound to it', load);
      await context.pause();
    }
  },

  undo: nothingToUndo,
};
