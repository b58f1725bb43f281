import type { ErrorCode } from './catalogue.ts';
import type { BackendName, OperationId, ServerName } from './names.ts';
import type { EndPhase } from './operation.ts';

/** What a person asks for: every server of a backend, one after another. */
export interface RollRequest {
  readonly backend: BackendName;
  readonly by: string | null;
  readonly reason: string | null;
  /** As of a single rejuvenation; needs a reason. */
  readonly force: boolean;
  /** It stops once more than so many have not gone well; null: as the config file says. */
  readonly maxFailed: number | null;
}

/**
 * The record of a roll through a backend. It begins ordinary rejuvenations and remembers nothing of them: those that
 * bear its id are its own.
 */
export interface Roll {
  readonly id: OperationId;
  readonly backend: BackendName;
  /** In this order. */
  readonly servers: readonly ServerName[];
  readonly by: string | null;
  readonly reason: string | null;
  readonly force: boolean;
  readonly maxFailed: number;
  /** From the end of one to the beginning of the next. */
  readonly pauseMs: number;
  /** After so many it asks a person; a repeated count asks once. */
  readonly askAfter: readonly number[];
  readonly startedAt: number;
  /** Servers that could not begin, and why. */
  readonly passedOver: readonly {
    readonly server: ServerName;
    readonly code: ErrorCode;
    readonly reason: string;
  }[];
  /** Since when it waits for a person; null: it does not. */
  readonly askingSince: number | null;
  /** So many were through when a person last said go on. */
  readonly continuedAt: number;
  readonly abortAsked: { readonly by: string | null; readonly reason: string } | null;
  readonly end: RollEnd | null;
}

export interface RollEnd {
  readonly at: number;
  readonly phase: EndPhase;
  readonly code: ErrorCode | null;
  readonly reason: string | null;
}

/** What happens to a roll, beside its rejuvenations. Instants are Unix milliseconds. */
export type RollEvent =
  | { readonly type: 'roll-opened'; readonly at: number; readonly roll: Roll }
  | {
      readonly type: 'roll-passed-over';
      readonly at: number;
      readonly id: OperationId;
      readonly server: ServerName;
      readonly code: ErrorCode;
      readonly reason: string;
    }
  | { readonly type: 'roll-asked'; readonly at: number; readonly id: OperationId }
  | {
      readonly type: 'roll-continued';
      readonly at: number;
      readonly id: OperationId;
      readonly by: string | null;
      /** So many are through. */
      readonly through: number;
    }
  | {
      readonly type: 'roll-abort-asked';
      readonly at: number;
      readonly id: OperationId;
      readonly by: string | null;
      readonly reason: string;
    }
  | {
      readonly type: 'roll-ended';
      readonly at: number;
      readonly id: OperationId;
      readonly phase: EndPhase;
      readonly code: ErrorCode | null;
      readonly reason: string | null;
    };

/** Ended ones that are kept. */
const keptRolls = 50;

/** The rolls after one more event. Pure. */
export function applyRoll(rolls: readonly Roll[], event: RollEvent): readonly Roll[] {
  if (event.type === 'roll-opened') {
    const ended = rolls.filter(({ end }) => end !== null);
    const dropped = ended.slice(0, Math.max(0, ended.length - keptRolls));
    return [...rolls.filter((roll) => !dropped.includes(roll)), event.roll];
  }
  return rolls.map((roll) => (roll.id === event.id ? changed(roll, event) : roll));
}

function changed(roll: Roll, event: Exclude<RollEvent, { type: 'roll-opened' }>): Roll {
  switch (event.type) {
    case 'roll-passed-over': {
      const { server, code, reason } = event;
      return { ...roll, passedOver: [...roll.passedOver, { server, code, reason }] };
    }
    case 'roll-asked':
      return { ...roll, askingSince: event.at };
    case 'roll-continued':
      return { ...roll, askingSince: null, continuedAt: event.through };
    case 'roll-abort-asked':
      return { ...roll, abortAsked: roll.abortAsked ?? { by: event.by, reason: event.reason } };
    case 'roll-ended': {
      const { at, phase, code, reason } = event;
      return { ...roll, askingSince: null, end: { at, phase, code, reason } };
    }
  }
}
