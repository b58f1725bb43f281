import { RejuvError } from '../../domain/errors.ts';
import { rowsOf } from '../../domain/snapshot.ts';
import type { ConfirmFaultStep } from '../../domain/fault-steps.ts';
import { isServing } from '../../policy/serving.ts';
import { probeOnce, urlOf } from './probing.ts';
import { nothingFound, nothingToUndo, type StepContext, type StepLaw } from './step-law.ts';

/**
 * The storm hold, and the last look before a failed server is taken out: one that serves again is left where it is.
 * What nobody can tell is no recovery.
 */
export const confirmFault: StepLaw<ConfirmFaultStep> = {
  describe: ({ server, fault }) => [
    `wait for the storm hold, and see whether ${server.server} is still ${fault}`,
  ],
  look: nothingFound,
  act: () => Promise.resolve(),

  async verify(step, _found, context) {
    const { clock } = context.world;
    const left = step.notBefore - clock.now();
    // The wall clock may have jumped: the hold is short, and never longer than it was.
    if (left > 0) await clock.sleep(Math.min(left, longestHoldMs), context.signal);
    const problem = await recoveredBy(step, context);
    if (problem !== null) throw new RejuvError('recovered-meanwhile', { ...step.server, evidence: problem });
    return `still ${step.fault}`;
  },

  undo: nothingToUndo,
};

const longestHoldMs = 60_000;

/** What says that it serves again; null: nothing does. */
async function recoveredBy(step: ConfirmFaultStep, context: StepContext): Promise<string | null> {
  const { server, fault, probe, allowUnchecked } = step;
  if (step.out === true) {
    const back = rowsOf(await context.look(server), server).filter(({ row }) => row.admin === 'ready');
    return back.length === 0 ? null : `ready on ${back.map(({ view }) => view.name).join(' and ')}`;
  }
  if (fault === 'failed') {
    const up = rowsOf(await context.look(server), server).filter(({ row }) => isServing(row, allowUnchecked));
    return up.length === 0 ? null : `up on ${up.map(({ view }) => view.name).join(' and ')}`;
  }
  if (probe === null) return null;
  const problem = await probeOnce(await urlOf(probe.url, server, context), probe, context);
  return problem === null ? 'it passes its probe' : null;
}
