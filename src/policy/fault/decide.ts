import { isFault } from '../../domain/fault.ts';
import { mayReturn, type Tried } from './again.ts';
import { alert, evidenceOf, faultCode, nothing, type Decision, type FaultFacts } from './decision.ts';
import { failover, leftToPerson } from './switch-over.ts';
import type { Judgement } from './verdict.ts';

/** Evidence is of a look; so long without one it is of the past. Milliseconds beside three looks. */
const lookTakesMs = 10_000;

/** What to do about one server now. Pure; a failover only ever on `failed` and `hung`. */
export function decide(facts: FaultFacts): Decision {
  const { judgement, settings, now } = facts;
  if (now - judgement.at > 3 * settings.everyMs + lookTakesMs) {
    return nothing('nobody has looked for too long');
  }
  switch (judgement.duty) {
    case 'out':
      return ofOneOut(facts);
    case 'warm':
    case 'asleep':
      return ofSpare(facts);
    case 'leaving':
    case 'serving':
      return ofOneInService(facts);
  }
}

/** Taken out by a fault and not replaced, it is put back or replaced, whichever can be done first. */
function ofOneOut(facts: FaultFacts): Decision {
  const { unreplaced, stopped, operation, away } = facts;
  if (unreplaced === null) return nothing('nothing is expected of it now');
  if (stopped !== null) return nothing(leftToPerson(stopped));
  // A repair acts on the server, a replacement on the spare alone: they go side by side.
  if (operation !== null && !operation.repairs) return nothing(`operation ${operation.id} has it`);
  if (away !== null) {
    return {
      kind: 'wait',
      for: `put back or replaced not before ${away} answers (\`whenOneIsDown: block\`)`,
    };
  }
  if (returnsNow(facts)) return putBack(facts);
  return failover(facts, unreplaced, (problem) => ({
    kind: 'wait',
    for: `${untilThen(facts)}replaced as soon as a spare is free (${problem})`,
  }));
}

function returnsNow(facts: FaultFacts): boolean {
  const { unreplaced, away, judgement, held, quarantined, operation, stopped, now } = facts;
  if (unreplaced === null || away !== null) return false;
  if (judgement.verdict !== 'well' || stopped !== null) return false;
  if (held !== null || quarantined || operation !== null) return false;
  return mayReturn(facts.putBack, judgement.risenAt, now);
}

function putBack({ judgement, server }: FaultFacts): Decision {
  return { kind: 'put-back', server, because: `it passes again: ${evidenceOf(judgement)}` };
}

/** What becomes of it as long as no spare is free. */
function untilThen({ operation, held, quarantined, putBack: tried }: FaultFacts): string {
  if (operation !== null) return `operation ${operation.id} repairs it; `;
  if (held !== null) return `held (${held}); `;
  if (quarantined) return 'quarantined until a person says ready; ';
  return tried === null ? 'put back as soon as it passes again, ' : `${describeTries(tried)}; `;
}

/** `op-7 could not put it back (…); tried again at 10:05, …`, for people. */
export function describeTries({ operation, reason, times, againAt }: Tried): string {
  const often = times === 1 ? '' : `, the last of ${times} in a row,`;
  const when = new Date(againAt).toISOString();
  return `operation ${operation}${often} could not put it back (${reason}); tried again at ${when}, or once it passes after a failure`;
}

function ofSpare(facts: FaultFacts): Decision {
  const { judgement, operation } = facts;
  const { verdict } = judgement;
  if (operation !== null) return nothing(`operation ${operation.id} has it, and asks for its own proofs`);
  if (isFault(verdict)) return alert('spare-failed', facts);
  if (verdict === 'unreachable') return alert('ssh-dead', facts);
  return nothing(quiet(judgement));
}

function ofOneInService(facts: FaultFacts): Decision {
  const { judgement, operation } = facts;
  const { verdict, duty } = judgement;
  if (facts.leftService && operation === null) return nothing('it has left service since the last look');
  if (verdict === 'split') return alert('nodes-disagree', facts);
  if (verdict === 'unreachable') return alert('ssh-dead', facts);
  // Taken out on one load balancer while the other one was away, it serves there again.
  if (returnsNow(facts)) return putBack(facts);
  if (!isFault(verdict)) return nothing(quiet(judgement));
  if (operation !== null) {
    if (operation.byFault) return nothing(`operation ${operation.id} deals with it`);
    if (!operation.wayBack)
      return nothing(`operation ${operation.id} is past its first action: it proves or fails`);
    if (!operation.takesSpare) return alert(faultCode(verdict), facts);
  } else if (duty === 'leaving' || facts.leavesByHand) {
    // Somebody takes it out by hand: that is not overridden.
    return alert(faultCode(verdict), facts);
  }
  return failover(facts, verdict);
}

function quiet(judgement: Judgement): string {
  return `${judgement.verdict}: ${evidenceOf(judgement)}`;
}
