import { RejuvError } from '../../domain/errors.ts';
import type { GoAheadStep } from '../../domain/host-steps.ts';
import { describeAnswer, urlOf } from './probing.ts';
import { nothingFound, nothingToUndo, type Deadline, type StepContext, type StepLaw } from './step-law.ts';

/** From one question to the next. */
const everyMs = 5_000;
/** What it says is kept in the records. */
const longestWord = 500;

/** Asks the shop itself, before the first action, until it says yes or the deadline is over: then all is taken back. */
export const goAhead: StepLaw<GoAheadStep> = {
  describe: ({ ask }) =>
    ask.kind === 'run'
      ? [`on this machine, until it exits with 0: ${ask.command}`]
      : [`until it answers ${ask.expect}: GET ${ask.url}`],
  look: nothingFound,
  act: () => Promise.resolve(),

  async verify(step, _found, context) {
    const deadline = await context.deadline(step.ask.deadlineMs, 'anew');
    for (;;) {
      const problem = await refusal(step, context, deadline);
      if (problem === null) return 'the go-ahead was given';
      if (deadline.leftMs() <= everyMs) throw new RejuvError('no-go-ahead', { ...step.server, problem });
      context.report(`no go-ahead yet: ${problem}`);
      await context.world.clock.sleep(everyMs, context.signal);
    }
  },

  undo: nothingToUndo,
};

/** Why not; null: go ahead. */
async function refusal(
  { server, ask }: GoAheadStep,
  context: StepContext,
  deadline: Deadline,
): Promise<string | null> {
  const patienceMs = Math.max(1, deadline.leftMs());
  if (ask.kind === 'http') {
    const url = await urlOf(ask.url, server, context);
    const answer = await context.world.probe.get(url, patienceMs, context.signal);
    return answer.status === ask.expect ? null : `GET ${url}: ${describeAnswer(answer)}`;
  }
  const { id, spare } = context.operation();
  const environment = {
    REJUV_BACKEND: server.backend,
    REJUV_SERVER: server.server,
    REJUV_SPARE: spare ?? '',
    REJUV_OPERATION: id,
  };
  const { status, endedBy, stderr } = await context.world.runner.run(
    ...([ask.command, environment, patienceMs, context.signal] as const),
  );
  if (status === 0) return null;
  const said = (stderr.trim().split('\n').at(-1) ?? '').slice(0, longestWord).replace(/\p{Cc}/gu, '?');
  const how = endedBy === null ? `exit status ${status ?? 'unknown'}` : `ended by ${endedBy}`;
  return said === '' ? how : `${how}: ${said}`;
}
