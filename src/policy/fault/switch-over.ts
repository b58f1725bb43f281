import { RejuvError } from '../../domain/errors.ts';
import { pauseAt } from '../../domain/pause.ts';
import { alert, evidenceOf, faultCode, nothing, type Decision, type FaultFacts } from './decision.ts';
import { chooseReplacement } from './replacement.ts';

/**
 * A spare in the place of a server that fails in service, or that is out already and was not replaced then (`waiting`:
 * what is said of the latter while there is no spare). Pure.
 */
export function failover(
  facts: FaultFacts,
  fault: 'failed' | 'hung',
  waiting: ((problem: string) => Decision) | null = null,
): Decision {
  const { judgement, settings, storm, flap, operation, server, now } = facts;
  const out = waiting !== null;
  if (facts.stopped !== null) return nothing(leftToPerson(facts.stopped));
  if (settings.onFault === 'alert') {
    return waiting?.('the config file wants alerts alone') ?? alert(faultCode(fault), facts);
  }
  if (facts.held !== null && !out) return alert(faultCode(fault), facts);
  const pause = pauseAt(facts.pause, now);
  if (pause?.includingFailover === true) {
    const { by, reason, until } = pause;
    const evidence = evidenceOf(judgement);
    const error = new RejuvError('failover-paused', { ...server, by: by ?? 'a person', reason, evidence });
    return { kind: 'alert', error, nextCheckAt: until };
  }
  const stormy = storm.since !== null;
  const found = chooseReplacement(facts.spares, stormy);
  const common = {
    kind: 'failover' as const,
    server,
    fault,
    out,
    beside: out ? (operation?.id ?? null) : null,
    within: out ? null : (operation?.id ?? null),
    // The hold was over before it was taken out.
    actAt: out ? now : Math.max(now, judgement.since + settings.everyMs),
    recover: !stormy && !flap.flapping && settings.recover.length > 0,
    quarantine: flap.flapping && !facts.quarantined,
    because: evidenceOf(judgement),
  };
  if (found.spare !== null) {
    return { ...common, spare: found.spare, preempts: found.preempts, degraded: null };
  }
  if (waiting !== null) return waiting(found.problem);
  const problem = whyNotOut(facts, fault);
  // Where all serve, nobody takes its place: the others carry on.
  const allServe = facts.mode === 'active-active';
  if (problem !== null) return degraded(facts, allServe ? problem : `${found.problem}; ${problem}`);
  if (facts.takenOutAlone) return nothing(`nobody can take its place: ${found.problem}`);
  return { ...common, spare: null, preempts: null, degraded: allServe ? facts.tooFew : found.problem };
}

export function leftToPerson(operation: string): string {
  return `a person stopped operation ${operation}: it is left to that person`;
}

/** Why a server without a replacement is left to HAProxy; null: it is taken out. */
function whyNotOut({ storm, settings, floorProblem }: FaultFacts, fault: 'failed' | 'hung'): string | null {
  if (storm.since !== null) return 'in a storm nothing else is done';
  // HAProxy checks nothing in maint, so only the watchdog could tell when to put it back.
  if (!settings.watchdog) return 'without a watchdog HAProxy alone tells when it passes again';
  // One that hangs still answers some; one that failed serves nobody now, and should it again, its last step asks once more.
  return fault === 'hung' ? floorProblem : null;
}

function degraded({ server, judgement, storm }: FaultFacts, problem: string): Decision {
  const facts = { ...server, evidence: evidenceOf(judgement), problem };
  return { kind: 'alert', error: new RejuvError('not-replaced', facts), nextCheckAt: storm.nextCheckAt };
}
