import type { AgedBecause } from './aging.ts';
import type { ErrorCode } from './catalogue.ts';
import type { Effect } from './effect.ts';
import type { BackendName, OperationId, ServerId, ServerName } from './names.ts';
import type { Found, Step } from './step.ts';

export type OperationKind =
  'rejuvenation' | 'switchover' | 'drain' | 'maint' | 'ready' | 'failover' | 'recovery';
export type Trigger = 'schedule' | 'threshold' | 'operator' | 'fault';

export type EndPhase = 'completed' | 'called-off' | 'aborted' | 'failed';
export type WorkPhase =
  | 'activating'
  | 'duplexing'
  | 'confirming'
  | 'admitting'
  | 'draining'
  | 'rejuvenating'
  | 'verifying'
  | 'registering'
  | 'rolling-back';
export type Phase = 'requested' | WorkPhase | EndPhase;

interface PhaseLaw {
  /** Phases that may follow. */
  readonly next: readonly Phase[];
  /** True while a failure or an abort still leads back to what was. */
  readonly wayBack: boolean;
  /** What a sidecar does with an operation that it finds open here after a crash. */
  readonly afterCrash: 'roll-back' | 'carry-on';
  /** The server is proven out on both load balancers: one of them may be away from here on. */
  readonly pastDraining: boolean;
  /** What happens in it, for people. */
  readonly does: string;
}

const untouched = { afterCrash: 'roll-back', pastDraining: false } as const;
const provenOut = { afterCrash: 'carry-on', pastDraining: true } as const;
const end = { next: [], wayBack: false, afterCrash: 'carry-on', pastDraining: true } as const;

/** The one table of legal moves. The engine's guard, the docs and the tests read it. */
export const phases: Readonly<Record<Phase, PhaseLaw>> = {
  requested: {
    next: [
      'activating',
      'duplexing',
      'confirming',
      'admitting',
      'draining',
      'rejuvenating',
      'aborted',
      'failed',
    ],
    wayBack: true,
    ...untouched,
    does: 'every gate is asked',
  },
  activating: {
    next: ['duplexing', 'confirming', 'admitting', 'rolling-back'],
    wayBack: true,
    ...untouched,
    does: 'the server that takes over is started and probed',
  },
  duplexing: {
    next: ['confirming', 'admitting', 'draining', 'rolling-back'],
    wayBack: true,
    ...untouched,
    does: 'state is handed over, before any traffic moves',
  },
  confirming: {
    next: ['admitting', 'draining', 'rolling-back'],
    wayBack: true,
    ...untouched,
    does: 'is it still needed?',
  },
  admitting: {
    next: ['draining', 'completed', 'rolling-back', 'failed'],
    wayBack: true,
    ...untouched,
    does: 'into service: checked by both load balancers, then ready',
  },
  draining: {
    next: ['rejuvenating', 'completed', 'rolling-back', 'failed'],
    wayBack: true,
    afterCrash: 'carry-on',
    pastDraining: false,
    does: 'out of service: no new requests, and the rest is waited for',
  },
  rejuvenating: { next: ['verifying', 'failed'], wayBack: false, ...provenOut, does: 'the actions' },
  verifying: {
    next: ['registering', 'failed'],
    wayBack: false,
    ...provenOut,
    does: 'it is started, probed, and checked by both load balancers',
  },
  registering: {
    next: ['completed', 'failed'],
    wayBack: false,
    ...provenOut,
    does: 'it becomes the next spare, or serves again',
  },
  'rolling-back': {
    next: ['aborted', 'failed', 'called-off'],
    wayBack: false,
    afterCrash: 'carry-on',
    pastDraining: false,
    does: 'back to what was',
  },
  completed: { ...end, does: 'done' },
  'called-off': { ...end, does: 'called off: the server recovered' },
  aborted: { ...end, does: 'stopped, with everything as it was' },
  failed: { ...end, does: 'failed; a person is needed' },
};

export function isEnd(phase: Phase): phase is EndPhase {
  return phases[phase].next.length === 0;
}

export type StepState = 'planned' | 'begun' | 'done' | 'failed' | 'skipped';

/** A step in its operation: where it stands and what was found before it acted. */
export interface PlannedStep {
  readonly phase: WorkPhase;
  readonly step: Step;
  readonly state: StepState;
  readonly found: Found | null;
  readonly beganAt: number | null;
  readonly endedAt: number | null;
  /** The proof that was seen, or why it failed. */
  readonly detail: string | null;
}

/** One moment at which a schedule is due. */
export interface ScheduledRun {
  /** Which schedule: see `scheduleKey`. */
  readonly schedule: string;
  /** Unix milliseconds; the start may be later by the jitter. */
  readonly due: number;
}

/** What an operation is asked to be. */
export interface OperationRequest {
  readonly kind: OperationKind;
  readonly target: ServerId;
  readonly trigger: Trigger;
  /** The user as the client states it. */
  readonly by: string | null;
  readonly reason: string | null;
  /** Overrides minServing; needs a reason. */
  readonly force: boolean;
  /** A drain that ends once drain is read back from both. */
  readonly noWait: boolean;
  /** The run of a schedule that this is; null for everything else. */
  readonly run: ScheduledRun | null;
  /** What was measured, for the trigger `threshold`; null for everything else. */
  readonly because: AgedBecause | null;
  /** The roll that it is a part of; absent: none. */
  readonly roll?: OperationId;
}

/** Why an operation left its course. The first cause wins. */
export interface Cause {
  readonly end: 'aborted' | 'failed' | 'called-off';
  readonly code: ErrorCode;
  readonly reason: string;
}

/** The record of one operation. */
export interface Operation {
  readonly id: OperationId;
  readonly kind: OperationKind;
  readonly backend: BackendName;
  readonly server: ServerName;
  readonly spare: ServerName | null;
  readonly trigger: Trigger;
  readonly by: string | null;
  readonly reason: string | null;
  readonly force: boolean;
  readonly run: ScheduledRun | null;
  readonly because: AgedBecause | null;
  /** What a completed rejuvenation has brought; null: it cannot be told any more. */
  readonly effect: Effect | 'owed' | null;
  /** The roll that it is a part of; absent: none. */
  readonly roll?: OperationId;
  readonly startedAt: number;
  readonly phase: Phase;
  readonly phaseAt: number;
  /** When the current step gives up or changes its ways, Unix milliseconds. */
  readonly deadline: number | null;
  readonly steps: readonly PlannedStep[];
  readonly abortAsked: { readonly at: number; readonly by: string | null; readonly reason: string } | null;
  readonly cause: Cause | null;
  /** Once it has left its course: the first step of the way out. Earlier ones are taken no more. */
  readonly wayOutFrom: number | null;
  /** When a sidecar took it up again after the one before had died. Unix milliseconds. */
  readonly resumedAt: readonly number[];
  /** A later operation that it was made to go on from: what that one has set is no interference. */
  readonly follows?: OperationId;
  readonly endedAt: number | null;
}

/**
 * Every server that the operation may touch: nothing else may take them meanwhile. One that only took state over is
 * free again once it has it.
 */
export function reservedServers(operation: Operation): ServerId[] {
  const ids = new Map<string, ServerId>();
  for (const { step, phase, state } of operation.steps) {
    if (phase === 'duplexing' && (state === 'done' || state === 'skipped')) continue;
    const touched = step.kind === 'copy' ? [step.server, step.toServer] : [step.server];
    for (const id of touched) ids.set(`${id.backend}/${id.server}`, id);
  }
  return [...ids.values()];
}

/** True for the kinds that move traffic to a spare; the others are a person's hand on one server. */
export function takesSpare(kind: OperationKind): boolean {
  return kind === 'rejuvenation' || kind === 'switchover';
}
