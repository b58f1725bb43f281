import { RejuvError } from '../../domain/errors.ts';
import { rowOf, type Snapshot } from '../../domain/snapshot.ts';
import type { AwaitCheckedStep, AwaitServingStep } from '../../domain/step.ts';
import { checkProblem } from '../../policy/checked.ts';
import { describeRow, isServing } from '../../policy/serving.ts';
import { holdOurs } from './hand.ts';
import { nothingFound, nothingToUndo, type StepContext, type StepLaw } from './step-law.ts';

/** Waits until each HAProxy has really checked the server and found it well. */
export const awaitChecked: StepLaw<AwaitCheckedStep> = {
  describe: ({ server }, loadBalancers) =>
    loadBalancers.map((name) => `${name}: wait until its own check has found ${server.server} well`),
  look: nothingFound,
  act: () => Promise.resolve(),

  async verify(step, _found, context) {
    const { clock } = context.world;
    const began = clock.monotonic();
    await awaitOnBoth(step, context, (snapshot) =>
      firstProblem(only(snapshot, step.on), step, (row) =>
        checkProblem(row, step.allowUnchecked, clock.monotonic() - began),
      ),
    );
    return 'checked and found well on both';
  },

  undo: nothingToUndo,
};

/** Waits until the server is ready, up and weighted on both. */
export const awaitServing: StepLaw<AwaitServingStep> = {
  describe: ({ server }, loadBalancers) =>
    loadBalancers.map((name) => `${name}: wait until ${server.server} is ready and up`),
  look: nothingFound,
  act: () => Promise.resolve(),

  async verify(step, _found, context) {
    await awaitOnBoth(step, context, (snapshot) =>
      firstProblem(snapshot, step, (row) => (isServing(row, step.allowUnchecked) ? null : describeRow(row))),
    );
    return 'ready and up on both';
  },

  undo: nothingToUndo,
};

function only(snapshot: Snapshot, names: readonly string[] | null): Snapshot {
  return names === null
    ? snapshot
    : { ...snapshot, views: snapshot.views.filter(({ name }) => names.includes(name)) };
}

interface Problem {
  readonly loadBalancer: string;
  readonly problem: string;
  /** It gave no answer at all, and why. */
  readonly gap?: RejuvError;
}

function firstProblem(
  snapshot: Snapshot,
  { server }: AwaitCheckedStep | AwaitServingStep,
  problemOf: (row: NonNullable<ReturnType<typeof rowOf>>) => string | null,
): Problem | null {
  const [gap] = snapshot.gaps;
  if (gap !== undefined) return { loadBalancer: gap.name, problem: gap.error.message, gap: gap.error };
  for (const view of snapshot.views) {
    const row = rowOf(view, server);
    const problem = row === undefined ? 'it does not know the server' : problemOf(row);
    if (problem !== null) return { loadBalancer: view.name, problem };
  }
  return null;
}

async function awaitOnBoth(
  step: AwaitCheckedStep | AwaitServingStep,
  context: StepContext,
  look: (snapshot: Snapshot) => Problem | null,
): Promise<void> {
  const deadline = await context.deadline(step.deadlineMs, 'anew');
  for (;;) {
    const snapshot = await holdOurs(context, await context.look(step.server), step.server);
    const problem = look(snapshot);
    if (problem === null) return;
    context.report(`${problem.loadBalancer}: ${problem.problem}`);
    if (deadline.passed()) {
      if (problem.gap !== undefined) throw problem.gap;
      const { loadBalancer, problem: last } = problem;
      const { deadlineMs } = step;
      throw new RejuvError('check-failed', { ...step.server, loadBalancer, problem: last, deadlineMs });
    }
    await context.pause();
  }
}
