import { RejuvError } from '../../domain/errors.ts';
import { rowsOf, type Snapshot } from '../../domain/snapshot.ts';
import type { BakeStep, Found } from '../../domain/step.ts';
import { countersIn, faredSince, judgeBake, type BakeVerdict } from '../../policy/bake.ts';
import { describeRow, isServing } from '../../policy/serving.ts';
import { keepWeights } from '../weights.ts';
import { holdOurs } from './hand.ts';
import { nothingToUndo, type StepLaw } from './step-law.ts';

/** So often, evenly over its time, it is compared: a bad server does not stay to the end. */
const looks = 10;

/** Stays with a server that has come into service: it has to stay up, and to fare as well as its peers. */
export const bake: StepLaw<BakeStep> = {
  describe: ({ server, forMs, margins }) => [
    `for ${forMs / 1000} s: ${server.server} has to stay up` +
      (margins === null
        ? ''
        : `, with at most ${margins.errors} times the errors and ${margins.latency} times the latency of its peers`),
  ],

  async look(step, context) {
    const snapshot = await context.look(step.server);
    const [gap] = snapshot.gaps;
    if (gap !== undefined) throw gap.error;
    return { counters: countersIn(snapshot, step.server.server, step.peers) };
  },

  act: () => Promise.resolve(),

  async verify(step, found, context) {
    const deadline = await context.deadline(step.forMs);
    const { clock, settings } = context.world;
    const part = step.forMs / looks;
    let nextLook = deadline.leftMs() - part;
    for (;;) {
      const seen = await context.look(step.server);
      await keepWeights(context.keeper, step.server.backend, seen, context.signal);
      const snapshot = await holdOurs(context, seen, step.server);
      const problem = notServing(step, snapshot);
      if (problem !== null) throw new RejuvError('worse-than-peers', { ...step.server, problem });
      const over = deadline.passed();
      const verdict = judge(step, found, snapshot);
      const due = deadline.leftMs() <= nextLook;
      if (due) nextLook -= part;
      if ((due || over) && verdict?.kind === 'worse') {
        throw new RejuvError('worse-than-peers', { ...step.server, problem: verdict.because });
      }
      if (over) {
        const [gap] = snapshot.gaps;
        if (gap !== undefined) throw gap.error;
        return verdict === null ? 'it stayed up' : verdict.because;
      }
      context.report(verdict === null ? 'it is up' : verdict.because);
      await clock.sleep(Math.min(settings.pollMs, Math.max(1, deadline.leftMs())), context.signal);
    }
  },

  undo: nothingToUndo,
};

function judge(step: BakeStep, { counters }: Found, snapshot: Snapshot): BakeVerdict | null {
  const { server, peers, margins, alpha, allowUnchecked } = step;
  if (margins === null || counters === undefined) return null;
  const own = faredSince(counters, snapshot, server.backend, [server.server], allowUnchecked);
  const theirs = faredSince(counters, snapshot, server.backend, peers, allowUnchecked);
  return judgeBake(own, theirs, margins, alpha / looks);
}

/** A load balancer that does not answer says nothing about the server. */
function notServing({ server, allowUnchecked }: BakeStep, snapshot: Snapshot): string | null {
  const out = rowsOf(snapshot, server).find(({ row }) => !isServing(row, allowUnchecked));
  return out === undefined ? null : `${out.view.name} has it as ${describeRow(out.row)}`;
}
