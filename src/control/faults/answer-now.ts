import type { ServerId } from '../../domain/names.ts';
import type { WhyWatch } from '../../domain/why.ts';
import { recoveryIsDue } from '../../policy/fault/after-failover.ts';
import { decide } from '../../policy/fault/decide.ts';
import type { Decision } from '../../policy/fault/decision.ts';
import { faultFacts, stormIn, type Known } from '../../policy/fault/facts.ts';
import { describeFact } from '../../policy/fault/verdict.ts';

/** What the watch says of one server, and what the responder makes of it: the very decision, as a sentence. Pure. */
export function answerNow(known: Known, server: ServerId): WhyWatch | null {
  const facts = faultFacts(known, server);
  if (facts === null) return null;
  const { verdict, since, facts: evidence } = facts.judgement;
  const due = recoveryIsDue(known.records, server, known.settings, stormIn(known), known.now);
  return {
    verdict,
    since: new Date(since).toISOString(),
    evidence: evidence.map(describeFact),
    answer: due ? 'its recovery is about to begin' : inWords(decide(facts)),
  };
}

function inWords(decision: Decision): string {
  switch (decision.kind) {
    case 'nothing':
      return `nothing: ${decision.because}`;
    case 'wait':
      return `it is out: ${decision.for}`;
    case 'alert':
      return `a person is told: ${decision.error.message}`;
    case 'put-back':
      return `it is put back: ${decision.because}`;
    case 'failover': {
      const { spare, degraded, preempts, actAt, recover, quarantine } = decision;
      const who =
        spare === null
          ? `it is taken out without a replacement (${degraded ?? 'no spare'})`
          : `${spare} takes over`;
      const first = preempts === null ? '' : ` once operation ${preempts} has given it up`;
      const then = quarantine ? ', then quarantine' : recover ? ', then its recovery' : '';
      return `${who}${first}, not before ${new Date(actAt).toISOString()}${then}`;
    }
  }
}
