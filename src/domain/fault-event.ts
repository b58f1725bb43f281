import type { ErrorCode } from './catalogue.ts';
import type { Verdict } from './fault.ts';
import type { BackendName, OperationId, ServerId, ServerName } from './names.ts';

/** What happened to servers that were not well. Instants are Unix milliseconds. */
export type FaultEvent =
  | {
      readonly type: 'fault-seen';
      readonly at: number;
      readonly server: ServerId;
      readonly verdict: Exclude<Verdict, 'well' | 'suspect' | 'unknown'>;
      /** The facts it rests on, one sentence each. */
      readonly evidence: readonly string[];
      /** A spare at rest: it served nobody. */
      readonly resting?: true;
    }
  | {
      /** It passes again by itself, or was put back by a person. */
      readonly type: 'fault-over';
      readonly at: number;
      readonly server: ServerId;
    }
  | {
      /** It was repaired and verified: what the flap breaker counts. */
      readonly type: 'recovered';
      readonly at: number;
      readonly server: ServerId;
      readonly operation: OperationId | null;
    }
  | {
      /** It recovered too often: nothing repairs it until a person says ready. */
      readonly type: 'quarantined';
      readonly at: number;
      readonly server: ServerId;
      readonly reason: string;
    }
  | {
      readonly type: 'quarantine-ended';
      readonly at: number;
      readonly server: ServerId;
      readonly by: string | null;
    }
  | {
      /** So many failed at once that it is no fault of a server. */
      readonly type: 'storm-began';
      readonly at: number;
      readonly backend: BackendName;
      readonly servers: readonly ServerName[];
    }
  | {
      /** After quiet, or because a person said so: failures before it count no more. */
      readonly type: 'storm-ended';
      readonly at: number;
      readonly backend: BackendName;
      readonly by: string | null;
      readonly reason: string | null;
    }
  | {
      readonly type: 'checkpoint-made';
      readonly at: number;
      /** The primary whose state it is. */
      readonly server: ServerId;
      /** The spare that holds it; null: the store. */
      readonly receiver: ServerName | null;
      readonly slot: number;
      readonly tookMs: number;
    }
  | {
      readonly type: 'checkpoint-failed';
      readonly at: number;
      readonly server: ServerId;
      readonly code: ErrorCode;
      readonly message: string;
    };
