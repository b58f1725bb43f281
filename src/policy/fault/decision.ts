import { RejuvError } from '../../domain/errors.ts';
import type { OperationId, ServerId, ServerName } from '../../domain/names.ts';
import type { Pause } from '../../domain/pause.ts';
import type { FaultSettings, Mode } from '../../domain/settings.ts';
import type { Tried } from './again.ts';
import type { Flap } from './flap.ts';
import type { SpareFacts } from './replacement.ts';
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
  /** A person takes it out, on one load balancer at least. */
  readonly leavesByHand: boolean;
  /** It is in maint everywhere by now: a look that shows it in service is of before. */
  readonly leftService: boolean;
  /** A primary that rejuv took out because of this fault, and that nobody has replaced; null: it is not. */
  readonly unreplaced: 'failed' | 'hung' | null;
  /** A load balancer that does not answer, and that nothing goes on without; null: none. */
  readonly away: string | null;
  /** How it was tried in vain to put it back. */
  readonly putBack: Tried | null;
  /** The operation about this fault that a person stopped. */
  readonly stopped: OperationId | null;
  /** It was taken out without a replacement, and not put back since. */
  readonly takenOutAlone: boolean;
  readonly pause: Pause | null;
  /** The open operation that has it; `wayBack`: before its first action. */
  readonly operation: {
    readonly id: OperationId;
    readonly byFault: boolean;
    /** It moves traffic to a spare: else it is a person's hand on this one server. */
    readonly takesSpare: boolean;
    readonly wayBack: boolean;
    /** A recovery, which goes on beside a replacement. */
    readonly repairs: boolean;
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
  /** It is out, and something is done as soon as it can be: what, and when. */
  | { readonly kind: 'wait'; readonly for: string }
  | { readonly kind: 'alert'; readonly error: RejuvError; readonly nextCheckAt: number | null }
  | Failover
  | { readonly kind: 'put-back'; readonly server: ServerId; readonly because: string };

export interface Failover {
  readonly kind: 'failover';
  readonly server: ServerId;
  readonly fault: 'failed' | 'hung';
  /** It is out already, in maint: only its place is taken. */
  readonly out: boolean;
  /** The recovery of this server that goes on beside it, and that ends as a spare then. */
  readonly beside: OperationId | null;
  /** Null: there is none; it is taken out, and put back as soon as it passes again. */
  readonly spare: ServerName | null;
  /** Why there is no spare; null: there is one. */
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

export function nothing(because: string): Decision {
  return { kind: 'nothing', because, nextCheckAt: null };
}

export type AlertCode = 'server-failed' | 'server-hung' | 'nodes-disagree' | 'ssh-dead' | 'spare-failed';

export function faultCode(fault: 'failed' | 'hung'): AlertCode {
  return fault === 'failed' ? 'server-failed' : 'server-hung';
}

export function alert(code: AlertCode, { server, judgement }: FaultFacts): Decision {
  const facts = { ...server, evidence: evidenceOf(judgement) };
  return { kind: 'alert', error: new RejuvError(code, facts), nextCheckAt: null };
}

/** The facts in one sentence. */
export function evidenceOf({ facts }: Judgement): string {
  return facts.map(describeFact).join('; ');
}
