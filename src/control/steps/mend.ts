import { asRejuvError, RejuvError } from '../../domain/errors.ts';
import { commandProblem } from '../../domain/command-problem.ts';
import { rowsOf } from '../../domain/snapshot.ts';
import type { MendStep } from '../../domain/fault-steps.ts';
import type { Found } from '../../domain/step.ts';
import { fillPowerCommand } from '../../policy/fault/placeholders.ts';
import { sharedHostProblem } from '../../policy/shared-host.ts';
import { holdOurs } from './hand.ts';
import { onHost, runCommand } from './on-host.ts';
import { probeOnce, urlOf } from './probing.ts';
import { reboot } from './reboot.ts';
import { nothingToUndo, type StepContext, type StepLaw } from './step-law.ts';

/**
 * One rung of the recovery ladder. A server that passes its probe already needs none; a rung that fails, or does not
 * help within its deadline, is no failure of the recovery: the next one is tried, and the verification after the last
 * decides. A power cycle is never run a second time.
 */
export const mend: StepLaw<MendStep> = {
  describe: ({ server, rung }) => {
    const where = rung.kind === 'power-cycle' ? 'on this machine' : `on ${server.server}`;
    return [
      `${where}, unless its probe passes: ${rung.command}`,
      `then its probe, within ${rung.deadlineMs / 1000} s`,
    ];
  },

  async look(step, context) {
    if ((await problemNow(step, context)) === null) return { well: true };
    return { well: false, ...(await bootOf(step, context)) };
  },

  act: () => Promise.resolve(),

  // The action belongs to its proof: why it could not be done is what a person needs to read there.
  async verify(step, found, context) {
    if (found.well === true) return 'not needed: it passes its probe';
    await refuseInService(step, context);
    const refused = await problemWhileBooting(step, found, context);
    if (refused !== null) return refused === 'well' ? passes : `not done: ${refused.message}`;
    await startApplication(step, context);
    const deadline = await context.deadline(step.rung.deadlineMs, 'anew');
    for (;;) {
      const problem = await problemNow(step, context);
      if (problem === null) return passes;
      if (deadline.passed()) return `did not help: ${problem}`;
      context.report(`probe: ${problem}`);
      await refuseInService(step, context);
      await context.world.clock.sleep(step.probe.everyMs, context.signal);
    }
  },

  undo: nothingToUndo,
};

const passes = 'it passes its probe';

/** Why a rung was not done. */
interface NotDone {
  readonly message: string;
  /** There was no connection, so nothing has been sent. */
  readonly unreachable: boolean;
}

/**
 * A host that cannot be reached may be booting: it is tried again until the deadline of the rung, unless the server passes
 * its probe before. Nothing has been sent there until then.
 */
async function problemWhileBooting(
  step: MendStep,
  found: Found,
  context: StepContext,
): Promise<NotDone | 'well' | null> {
  const deadline = await context.deadline(step.rung.deadlineMs, 'anew');
  for (;;) {
    const problem = await problemOfTaking(step, found, context);
    if (problem?.unreachable !== true || deadline.passed()) return problem;
    await context.world.clock.sleep(step.probe.everyMs, context.signal);
    if ((await problemNow(step, context)) === null) return 'well';
    await refuseInService(step, context);
  }
}

async function problemNow({ probe, server }: MendStep, context: StepContext): Promise<string | null> {
  return await probeOnce(await urlOf(probe.url, server, context), probe, context);
}

/** Nothing is done to a server that somebody has put back: it may be well, whatever its probe says. */
async function refuseInService({ server }: MendStep, context: StepContext): Promise<void> {
  const snapshot = await holdOurs(context, await context.look(server), server);
  const found = rowsOf(snapshot, server).find(({ row }) => row.admin !== 'maint');
  if (found === undefined) return;
  throw new RejuvError('not-proven-out', {
    ...server,
    loadBalancer: found.view.name,
    admin: found.row.admin,
  });
}

/** A reboot or a power cycle hits whatever else is served from the host. */
async function refuseSharedHost({ server }: MendStep, context: StepContext): Promise<void> {
  const shared = sharedHostProblem(await context.lookClosely(null), server, []);
  if (shared !== null) throw shared;
}

/** Why the action was not done; null: it was. One that was not needs no wait for its effect. */
async function problemOfTaking(step: MendStep, found: Found, context: StepContext): Promise<NotDone | null> {
  try {
    const message = await take(step, found, context);
    return message === null ? null : { message, unreachable: false };
  } catch (thrown) {
    context.signal.throwIfAborted();
    const failure = asRejuvError(thrown);
    // What a person did, or a load balancer that is away, is not the rung's failure.
    if (failure.code === 'changed-by-hand' || failure.facts['loadBalancer'] !== undefined) throw failure;
    context.report(`${step.rung.kind}: ${failure.message}`);
    return { message: failure.message, unreachable: failure.code === 'host-unreachable' };
  }
}

/** Only where somebody can log in: without the boot id nothing is rebooted. */
async function bootOf({ rung, host }: MendStep, context: StepContext): Promise<Found> {
  if (rung.kind !== 'reboot' || host === null) return {};
  try {
    return { boot: await onHost(host, context, async (one) => await one.boot(context.signal)) };
  } catch (thrown) {
    context.signal.throwIfAborted();
    context.report(`cannot log in: ${asRejuvError(thrown).message}`);
    return {};
  }
}

async function take(step: MendStep, found: Found, context: StepContext): Promise<string | null> {
  const { rung, host, server } = step;
  const { command, deadlineMs } = rung;
  switch (rung.kind) {
    case 'run':
      if (host === null) return 'it has no ssh';
      await runCommand(host, command, deadlineMs, context);
      return null;
    case 'reboot':
      if (host === null) return 'it has no ssh';
      if (found.boot === undefined) return 'nobody could log in to read its boot id';
      await refuseSharedHost(step, context);
      await reboot.act({ kind: 'reboot', server, host, command, deadlineMs }, found, context);
      return null;
    case 'power-cycle':
      if (context.again) return null;
      await refuseSharedHost(step, context);
      await powerCycle(step, context);
      return null;
  }
}

async function powerCycle({ rung, server }: MendStep, context: StepContext): Promise<void> {
  const [found] = rowsOf(await context.look(server), server);
  const { command, environment } = fillPowerCommand(rung.command, server, found?.row.address ?? '');
  const ran = await context.world.runner.run(command, environment, rung.deadlineMs, context.signal);
  const problem = commandProblem('this machine', command, ran);
  if (problem !== null) throw problem;
}

/** Where the config says how the application is started, no boot is relied on for it. */
async function startApplication(
  { start, host, rung, probe, server }: MendStep,
  context: StepContext,
): Promise<void> {
  if (start === null || host === null || rung.kind === 'run') return;
  if ((await probeOnce(await urlOf(probe.url, server, context), probe, context)) === null) return;
  try {
    await runCommand(host, start, rung.deadlineMs, context);
  } catch (thrown) {
    context.signal.throwIfAborted();
    context.report(asRejuvError(thrown).message);
  }
}
