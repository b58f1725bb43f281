import type { RunStep } from '../../domain/step.ts';
import { runCommand } from './on-host.ts';
import { nothingFound, nothingToUndo, type StepLaw } from './step-law.ts';

/** A command of the config on one host. */
export const run: StepLaw<RunStep> = {
  describe: ({ server, command }) => [`on ${server.server}: ${command}`],
  look: nothingFound,
  act: async (step, _found, context) => await runCommand(step.host, step.command, step.deadlineMs, context),
  verify: () => Promise.resolve('exit status 0'),
  undo: nothingToUndo,
};
