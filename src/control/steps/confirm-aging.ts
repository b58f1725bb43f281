import type { RuleJudgement } from '../../domain/aging.ts';
import { writeDuration } from '../../domain/duration.ts';
import { RejuvError } from '../../domain/errors.ts';
import { findBackend } from '../../domain/settings.ts';
import type { ConfirmAgingStep } from '../../domain/step.ts';
import { judgeOne } from '../../policy/aging/judgements.ts';
import { trendAnswer } from '../../policy/aging/trend-answer.ts';
import { nothingFound, nothingToUndo, type StepContext, type StepLaw } from './step-law.ts';

/** What nobody can tell is waited for a little longer than the confirmation itself. */
const unknownMs = 2 * 60_000;

/**
 * With the spare ready and the state handed over, the rule has to go on holding: a server that has recovered is left where it
 * is. It was true for as long as the rule asks already; what the rule forgives (`samples: 8 of 10`) it forgives here too.
 */
export const confirmAging: StepLaw<ConfirmAgingStep> = {
  describe: ({ server, rule }) => [
    `see whether ${server.server} is still ${rule.severity}: \`${rule.text}\`${
      rule.confirmMs === 0 ? '' : ` for ${writeDuration(rule.confirmMs)}`
    }`,
  ],
  look: nothingFound,
  act: () => Promise.resolve(),

  async verify(step, _found, context) {
    const { server, rule } = step;
    const deadline = await context.deadline(rule.confirmMs, 'anew');
    const patience = context.world.clock.monotonic() + rule.confirmMs + unknownMs;
    for (;;) {
      const { verdict, problem, evidence: written } = await judgeNow(step, context);
      const evidence = written();
      if (verdict === 'fails' || verdict === 'waiting') {
        throw new RejuvError('no-longer-aged', { ...server, rule: rule.text, evidence });
      }
      if (verdict === 'holds' && deadline.passed()) return `still ${rule.severity}: ${evidence}`;
      if (verdict === 'unknown' && context.world.clock.monotonic() >= patience) {
        const facts = { ...server, rule: rule.text, problem: problem ?? evidence };
        throw new RejuvError('aging-unknown', facts);
      }
      context.report(verdict === 'holds' ? `still ${rule.severity}: ${evidence}` : (problem ?? evidence));
      await context.pause();
    }
  },

  undo: nothingToUndo,
};

async function judgeNow({ server, rule }: ConfirmAgingStep, context: StepContext): Promise<RuleJudgement> {
  const { settings, samples, clock } = context.world;
  const backend = findBackend(settings, server.backend);
  if (backend === undefined)
    throw new RejuvError('unknown-backend', { backend: server.backend, known: 'none of it' });
  const snapshot = await context.look(server);
  const facts = {
    ...{ backend, records: context.records(), snapshot, measured: samples },
    ...{ forecast: trendAnswer, now: clock.now() },
  };
  return judgeOne(facts, server, { ...rule, forMs: 0 });
}
