import { RejuvError } from '../../domain/errors.ts';
import { isFault } from '../../domain/fault.ts';
import type { OperationId, ServerId, ServerName } from '../../domain/names.ts';

import { pauseAt, type Pause } from '../../domain/pause.ts';
import type { FaultSettings, Mode } from '../../domain/settings.ts';
import type { Flap } from './flap.ts';
import { chooseReplacement, type SpareFacts } from './replacement.ts';
import type { Storm } from './storm.ts';
import { describeFact, type Judgement } from './verdict.ts';

/** All that a decision about one server looks at. */
export interface FaultFacts {
  readonly now: number;
  readonly server: ServerId;
  readonly judgement: Judgement;
  readonly settings: FaultSettings;
  readonly storm: Storm;
  readonly flap: Flap;
  readonly quarantined: boolean;
  /** Why it is held out of service; null: it is not. */
  readonly held: string | null;
  /** It was taken out by a failover without a spare, and waits to be put back. */
  readonly waitsToReturn: boolean;
  readonly pause: Pause | null;
  /** The open operation that has it; `wayBack`: before its first action. */
  readonly operation: {
    readonly id: OperationId;
    readonly byFault: boolean;
    /** It moves traffic to a spare: else it is a person's hand on this one server. */
    readonly takesSpare: boolean;
    readonly wayBack: boolean;
  } | null;
  /** Where all serve, nobody takes its place: the others carry on. */
  readonly mode: Mode;
  readonly spares: readonly SpareFacts[];
  /** Why fewer than `minServing` serve without it; null: enough do. */
  readonly tooFew: string | null;
  /** Why too few would serve without it and without a replacement; null: enough would. */
  readonly floorProblem: string | null;
}

/** What is to be done. Each says why, for people. */
export type Decision =
  | { readonly kind: 'nothing'; readonly because: string; readonly nextCheckAt: number | null }
  | { readonly kind: 'alert'; readonly error: RejuvError; readonly nextCheckAt: number | null }
  | Failover
  | { readonly kind: 'put-back'; readonly server: ServerId; readonly because: string };

export interface Failover {
  readonly kind: 'failover';
  readonly server: ServerId;
  readonly fault: 'failed' | 'hung';
  /** Null: there is none; it is taken out, and put back as soon as it passes again. */
  readonly spare: ServerName | null;
  /** Why there is no spare, or where all serve, why the others are too few; null: the shop carries on. */
  readonly degraded: string | null;
  /** The planned operation that has to give the spare up first. */
  readonly preempts: OperationId | null;
  /** The operation on this server that becomes the failover; null: a new one. */
  readonly within: OperationId | null;
  /** Not before: a storm shows itself meanwhile. The spare is prepared side by side. */
  readonly actAt: number;
  /** Whether the ladder may be tried afterwards: not in a storm, nor when it flaps. */
  readonly recover: boolean;
  readonly quarantine: boolean;
  readonly because: string;
}

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

function ofOneOut(facts: FaultFacts): Decision {
  const { judgement, waitsToReturn } = facts;
  return waitsToReturn && judgement.verdict === 'well'
    ? putBack(facts)
    : nothing('nothing is expected of it now');
}

function putBack({ judgement, quarantined, operation, server }: FaultFacts): Decision {
  if (quarantined) return nothing('it is quarantined until a person says ready');
  if (operation !== null) return nothing(`operation ${operation.id} has it`);
  return { kind: 'put-back', server, because: `it passes again: ${evidenceOf(judgement)}` };
}

function ofSpare({ judgement, operation, server }: FaultFacts): Decision {
  const { verdict } = judgement;
  if (operation !== null) return nothing(`operation ${operation.id} has it, and asks for its own proofs`);
  if (isFault(verdict)) return alert('spare-failed', server, judgement);
  if (verdict === 'unreachable') return alert('ssh-dead', server, judgement);
  return nothing(quiet(judgement));
}

function ofOneInService(facts: FaultFacts): Decision {
  const { judgement, operation, server } = facts;
  const { verdict, duty } = judgement;
  if (verdict === 'split') return alert('nodes-disagree', server, judgement);
  if (verdict === 'unreachable') return alert('ssh-dead', server, judgement);
  // Taken out on one load balancer while the other one was away, it serves there again.
  if (verdict === 'well' && facts.waitsToReturn) return putBack(facts);
  if (!isFault(verdict)) return nothing(quiet(judgement));
  if (operation !== null) {
    if (operation.byFault) return nothing(`operation ${operation.id} deals with it`);
    if (!operation.wayBack)
      return nothing(`operation ${operation.id} is past its first action: it proves or fails`);
    if (!operation.takesSpare) return alert(faultCode(verdict), server, judgement);
  } else if (duty === 'leaving') {
    // Somebody takes it out by hand: that is not overridden.
    return alert(faultCode(verdict), server, judgement);
  }
  return failover(facts, verdict);
}

function failover(facts: FaultFacts, fault: 'failed' | 'hung'): Decision {
  const { judgement, settings, storm, flap, operation, server, now } = facts;
  if (settings.onFault === 'alert') return alert(faultCode(fault), server, judgement);
  if (facts.held !== null) return alert(faultCode(fault), server, judgement);
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
    within: operation?.id ?? null,
    actAt: Math.max(now, judgement.since + settings.everyMs),
    recover: !stormy && !flap.flapping && settings.recover.length > 0,
    quarantine: flap.flapping,
    because: evidenceOf(judgement),
  };
  if (found.spare !== null) {
    return { ...common, spare: found.spare, preempts: found.preempts, degraded: null };
  }
  const problem = whyNotOut(facts, fault);
  const allServe = facts.mode === 'active-active';
  if (problem !== null) return degraded(facts, allServe ? problem : `${found.problem}; ${problem}`);
  return { ...common, spare: null, preempts: null, degraded: allServe ? facts.tooFew : found.problem };
}

/** Why a server without a replacement is left to HAProxy; null: it is taken out. */
function whyNotOut({ storm, settings, floorProblem }: FaultFacts, fault: 'failed' | 'hung'): string | null {
  if (storm.since !== null) return 'in a storm nothing else is done';
  // HAProxy checks nothing in maint, so only the watchdog could tell when to put it back.
  if (!settings.watchdog) return 'without a watchdog HAProxy alone tells when it passes again';
  // One that hangs still answers some; one that failed serves nobody, so its leaving takes nothing away.
  return fault === 'hung' ? floorProblem : null;
}

function degraded({ server, judgement, storm }: FaultFacts, problem: string): Decision {
  const facts = { ...server, evidence: evidenceOf(judgement), problem };
  return { kind: 'alert', error: new RejuvError('not-replaced', facts), nextCheckAt: storm.nextCheckAt };
}

function quiet(judgement: Judgement): string {
  return `${judgement.verdict}: ${evidenceOf(judgement)}`;
}

function nothing(because: string): Decision {
  return { kind: 'nothing', because, nextCheckAt: null };
}

type AlertCode = 'server-failed' | 'server-hung' | 'nodes-disagree' | 'ssh-dead' | 'spare-failed';

function faultCode(fault: 'failed' | 'hung'): AlertCode {
  return fault === 'failed' ? 'server-failed' : 'server-hung';
}

function alert(code: AlertCode, server: ServerId, judgement: Judgement): Decision {
  const facts = { ...server, evidence: evidenceOf(judgement) };
  return { kind: 'alert', error: new RejuvError(code, facts), nextCheckAt: null };
}

/** The facts in one sentence. */
export function evidenceOf({ facts }: Judgement): string {
  return facts.map(describeFact).join('; ');
}
