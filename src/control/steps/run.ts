import { RejuvError } from '../../domain/errors.ts';
import type { RunStep } from '../../domain/host-steps.ts';
import { proveStillOut } from './still-out.ts';
import { runCommand } from './on-host.ts';
import { nothingFound, nothingToUndo, type StepLaw } from './step-law.ts';

/** A command of the config on one host: at least once, or, with `once`, at most once. */
export const run: StepLaw<RunStep> = {
  describe: ({ server, command }) => [`on ${server.server}: ${command}`],
  look: nothingFound,

  async act(step, _found, context) {
    if (step.once && context.again) {
      throw new RejuvError('once-doubtful', { host: step.host.host, command: step.command });
    }
    const { server, host, command, deadlineMs } = step;
    await runCommand(
      ...([host, command, deadlineMs, context] as const),
      async () => await proveStillOut(server, deadlineMs, context),
    );
  },

  verify: () => Promise.resolve('exit status 0'),
  undo: nothingToUndo,
};
