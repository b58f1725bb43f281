import { rowsOf } from '../../domain/snapshot.ts';
import type { SleepStep, WakeStep } from '../../domain/host-steps.ts';
import { runCommand } from './on-host.ts';
import { probeOnce, urlOf } from './probing.ts';
import { nothingFound, nothingToUndo, type StepLaw } from './step-law.ts';

/** Starts the application of a sleeping server; where the probe answers already, nothing is started. */
export const wake: StepLaw<WakeStep> = {
  describe: ({ server, command }) => [`on ${server.server}, unless its probe passes already: ${command}`],

  async look(step, context) {
    if (step.probe === null) return { asleep: true };
    const url = await urlOf(step.probe.url, step.server, context);
    return { asleep: (await probeOnce(url, step.probe, context)) !== null };
  },

  async act(step, found, context) {
    if (found.asleep === true) await runCommand(step.host, step.command, step.deadlineMs, context);
  },

  verify: (_step, found) => Promise.resolve(found.asleep === true ? 'started' : 'was running already'),

  undo: ({ server, host, stop, deadlineMs }, found) =>
    found.asleep === true && stop !== null
      ? [{ kind: 'sleep', server, host, command: stop, deadlineMs }]
      : [],
};

/**
 * Stops the application of a spare. One that was dead in service, and was started there, or that somebody has put into
 * service since, is left running: clients may be on it by now.
 */
export const sleep: StepLaw<SleepStep> = {
  describe: ({ server, command }) => [`on ${server.server}, while it is in maint: ${command}`],
  look: nothingFound,
  act: () => Promise.resolve(),

  async verify(step, _found, context) {
    const rows = rowsOf(await context.look(step.server), step.server);
    const open = rows.find(({ row }) => row.admin !== 'maint');
    if (open !== undefined) return `left running: ${open.row.admin} on ${open.view.name}`;
    await runCommand(step.host, step.command, step.deadlineMs, context);
    return 'stopped';
  },

  undo: nothingToUndo,
};
