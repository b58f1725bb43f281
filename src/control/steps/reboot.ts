import { RejuvError } from '../../domain/errors.ts';
import type { Boot } from '../../domain/boot.ts';
import type { RebootOrder } from '../../domain/seams.ts';
import type { RebootStep } from '../../domain/host-steps.ts';
import { createLine, type Line } from './line.ts';
import { holdOurs } from './hand.ts';
import { proveStillOut } from './still-out.ts';
import { onHost } from './on-host.ts';
import { nothingToUndo, type Deadline, type StepContext, type StepLaw } from './step-law.ts';

/** An acknowledged order that changes nothing for this long did nothing; no shutdown script takes so long to begin. */
const nothingHappensMs = 90_000;

/** A reboot, proven by another boot id and an uptime shorter than the time that passed since the order. */
export const reboot: StepLaw<RebootStep> = {
  describe: ({ server, command, deadlineMs }) => [
    `on ${server.server}, only if its boot id is still the recorded one: ${command}`,
    `wait up to ${deadlineMs / 1000} s for another boot id and an uptime shorter than the time passed`,
  ],

  async look(step, context) {
    const begun = context.operation().steps[context.index]?.found?.boot;
    // Looked at again after an interruption, the recorded boot id counts: never reboot twice.
    return {
      boot: begun ?? (await onHost(step.host, context, async (host) => await host.boot(context.signal))),
    };
  },

  async act(step, found, context) {
    const boot = recorded(found);
    const { clock } = context.world;
    let deadline = await context.deadline(step.deadlineMs);
    const line = createLine(step, context);
    try {
      if (context.again) await awaitAnyAnswer(step, line, deadline, context);
      await line.logIn();
      await proveStillOut(step.server, step.deadlineMs, context);
      const orderedAt = clock.monotonic();
      const order = await line.order(boot.bootId);
      // Given only now, after a restart, it has its whole time.
      if (context.again && order !== 'other-boot') deadline = await context.deadline(step.deadlineMs, 'anew');
      context.report(describeOrder(order));
      await awaitReturn(step, boot, order, orderedAt, deadline, line, context);
    } finally {
      await line.hangUp();
    }
  },

  async verify(step, found, context) {
    const boot = recorded(found);
    const now = await onHost(step.host, context, async (host) => await host.boot(context.signal));
    if (now.bootId === boot.bootId) throw doubtful(step, now);
    return `boot id ${boot.bootId} became ${now.bootId}, up for ${Math.round(now.uptimeMs / 1000)} s`;
  },

  undo: nothingToUndo,
};

function recorded(found: { readonly boot?: Boot }): Boot {
  if (found.boot === undefined) throw new RejuvError('internal', { problem: 'no boot id was recorded' });
  return found.boot;
}

/**
 * The order of a step that was begun before may have been given already: then the host is away, and is waited for
 * until it says which boot it runs. Only in the recorded one it is ordered once more.
 */
async function awaitAnyAnswer(
  step: RebootStep,
  line: Line,
  deadline: Deadline,
  context: StepContext,
): Promise<void> {
  const { clock } = context.world;
  const began = clock.monotonic();
  for (;;) {
    const answer = await line.boot();
    if (!(answer instanceof RejuvError)) return;
    refuseAnotherKey(answer);
    if (deadline.passed()) {
      const host = `${step.host.user}@${step.host.host}`;
      const waitedMs = clock.monotonic() - began;
      throw new RejuvError('never-returned', { host, waitedMs, problem: answer.message });
    }
    context.report(`it may be rebooting since before the restart of rejuv: ${answer.message}`);
    await lookAround(step, context);
  }
}

/** A host key is the host's identity: another one is no proof of anything. */
function refuseAnotherKey(answer: RejuvError): void {
  if (answer.code === 'host-key-changed' || answer.code === 'host-key-unknown') throw answer;
}

/** A load balancer that forgot the maint would send clients to a host that is away. */
async function lookAround(step: RebootStep, context: StepContext): Promise<void> {
  await holdOurs(context, await context.look(step.server), step.server);
  await context.world.clock.sleep(1_000, context.signal);
}

function describeOrder(order: RebootOrder): string {
  switch (order) {
    case 'ordered':
    case 'dropped':
      return 'reboot ordered and acknowledged; waiting for another boot id';
    case 'other-boot':
      return 'it had rebooted already; waiting for proof';
    case 'unknown':
      return 'the connection ended before an answer; only the boot id will tell';
  }
}

/** Asks the host again and again; neither exit status nor silence proves anything, another boot id does. */
async function awaitReturn(
  step: RebootStep,
  boot: Boot,
  order: RebootOrder,
  orderedAt: number,
  deadline: Deadline,
  line: Line,
  context: StepContext,
): Promise<void> {
  const { clock } = context.world;
  const host = `${step.host.user}@${step.host.host}`;
  let last = 'no answer yet';
  for (;;) {
    const waitedMs = clock.monotonic() - orderedAt;
    const answer = await line.boot();
    if (answer instanceof RejuvError) {
      refuseAnotherKey(answer);
      last = answer.message;
    } else if (answer.bootId !== boot.bootId) {
      // `other-boot` was rebooted before this order; its uptime may be longer than the time since.
      const limitMs = order === 'other-boot' ? sinceBegun(context) : clock.monotonic() - orderedAt;
      if (answer.uptimeMs <= limitMs) return;
      throw doubtful(step, answer);
    } else if (waitedMs >= Math.min(nothingHappensMs, step.deadlineMs)) {
      if (line.dropped()) throw new RejuvError('reboot-only-dropped', { host });
      throw new RejuvError('reboot-did-nothing', { host, command: step.command, waitedMs });
    } else {
      last = 'it still runs with the same boot id';
    }
    if (deadline.passed()) throw new RejuvError('never-returned', { host, waitedMs, problem: last });
    context.report(`waiting for the reboot: ${last}`);
    await lookAround(step, context);
  }
}

/** A clock that was set back says nothing: then another boot id than the one recorded at the beginning is the proof. */
function sinceBegun(context: StepContext): number {
  const since = context.world.clock.now() - context.operation().startedAt;
  return since > 0 ? since : Number.POSITIVE_INFINITY;
}

function doubtful(step: RebootStep, seen: Boot): RejuvError {
  return new RejuvError('reboot-doubtful', {
    host: `${step.host.user}@${step.host.host}`,
    bootId: seen.bootId,
    uptimeMs: Math.round(seen.uptimeMs),
  });
}
