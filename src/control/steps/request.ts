import { RejuvError } from '../../domain/errors.ts';
import type { RequestStep } from '../../domain/host-steps.ts';
import { describeAnswer, urlOf } from './probing.ts';
import { nothingFound, nothingToUndo, type StepLaw } from './step-law.ts';

/** Warm-up requests, straight at the server; one that fails ends the step. */
export const request: StepLaw<RequestStep> = {
  describe: ({ server, url, times }) => [`${times} × GET ${url} of ${server.server}`],
  look: nothingFound,

  async act(step, _found, context) {
    const url = await urlOf(step.url, step.server, context);
    const deadline = await context.deadline(step.deadlineMs, 'anew');
    for (let sent = 0; sent < step.times; sent += 1) {
      if (deadline.passed()) {
        const problem = `only ${sent} of ${step.times} within ${step.deadlineMs} ms`;
        throw new RejuvError('request-failed', { ...step.server, url, problem });
      }
      const answer = await context.world.probe.get(url, deadline.leftMs(), context.signal);
      if (answer.status === null || answer.status >= 400) {
        throw new RejuvError('request-failed', { ...step.server, url, problem: describeAnswer(answer) });
      }
      context.report(`warm-up request ${sent + 1} of ${step.times}`);
    }
  },

  verify: (step) => Promise.resolve(`${step.times} requests answered`),
  undo: nothingToUndo,
};
