import { RejuvError } from '../../domain/errors.ts';
import type { ProbeStep } from '../../domain/host-steps.ts';
import { probeOnce, urlOf } from './probing.ts';
import { nothingFound, nothingToUndo, type StepLaw } from './step-law.ts';

/** The application probe, straight at the server, so many times in a row before its deadline. */
export const probe: StepLaw<ProbeStep> = {
  describe: ({ server, probe: { url, expect, passes } }) => [
    `GET ${url} of ${server.server} until ${expect} came ${passes} times in a row`,
  ],
  look: nothingFound,
  act: () => Promise.resolve(),

  async verify(step, _found, context) {
    const { passes, everyMs, deadlineMs } = step.probe;
    const url = await urlOf(step.probe.url, step.server, context);
    const deadline = await context.deadline(deadlineMs, 'anew');
    let inARow = 0;
    let last = 'no answer yet';
    while (inARow < passes) {
      const problem = await probeOnce(url, step.probe, context);
      inARow = problem === null ? inARow + 1 : 0;
      last = problem ?? last;
      context.report(problem === null ? `probe passed ${inARow} of ${passes}` : `probe: ${problem}`);
      if (inARow >= passes) break;
      if (deadline.passed()) {
        throw new RejuvError('probe-failed', { ...step.server, url, passes, deadlineMs, problem: last });
      }
      await context.world.clock.sleep(everyMs, context.signal);
    }
    return `${url} passed ${passes} times in a row`;
  },

  undo: nothingToUndo,
};
