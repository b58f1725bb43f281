import type { CopyStep } from '../../domain/host-steps.ts';
import { nothingFound, nothingToUndo, type StepLaw } from './step-law.ts';

/** Files from one server to another, over SFTP, through this machine. */
export const copy: StepLaw<CopyStep> = {
  describe: ({ server, from, toServer, to }) => [`copy ${server.server}:${from} to ${toServer.server}:${to}`],
  look: nothingFound,

  async act(step, _found, context) {
    await context.deadline(step.deadlineMs, 'anew');
    const from = { host: step.fromHost, path: step.from };
    const to = { host: step.toHost, path: step.to };
    const { files, bytes } = await context.world.hosts.copy(from, to, step.deadlineMs, context.signal);
    context.report(`copied ${files} file(s), ${bytes} bytes`);
  },

  verify: () => Promise.resolve('copied'),
  undo: nothingToUndo,
};
