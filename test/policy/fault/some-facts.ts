import type { Duty, Verdict } from '../../../src/domain/fault.ts';
import { backendName, operationId, serverName } from '../../../src/domain/names.ts';
import type { Decision, FaultFacts } from '../../../src/policy/fault/decision.ts';
import type { SpareFacts } from '../../../src/policy/fault/replacement.ts';
import { someFaults } from '../../fakes/world.ts';

export const now = 1_000_000;
export const web1 = { backend: backendName('shop'), server: serverName('web1') };

export function spare(name: string, change: Partial<SpareFacts> = {}): SpareFacts {
  return {
    name: serverName(name),
    verdict: 'well',
    asleep: false,
    problem: null,
    takenBy: null,
    hasCheckpoint: false,
    verifiedAt: null,
    ...change,
  };
}

export type Change = Partial<FaultFacts> & { verdict?: Verdict; duty?: Duty };

export function facts({ verdict = 'failed', duty = 'serving', ...change }: Change = {}): FaultFacts {
  return {
    now,
    server: web1,
    judgement: { verdict, duty, since: now, at: now, facts: [], risenAt: null },
    settings: { ...someFaults, recover: [{ kind: 'run', command: 'restart', deadlineMs: 1 }] },
    storm: { since: null, servers: [], nextCheckAt: null },
    flap: { flapping: false, count: 0, nextCheckAt: null },
    quarantined: false,
    held: null,
    leftService: false,
    leavesByHand: false,
    mode: 'active-standby',
    tooFew: null,
    unreplaced: null,
    away: null,
    putBack: null,
    stopped: null,
    takenOutAlone: false,
    pause: null,
    operation: null,
    spares: [spare('web4')],
    floorProblem: null,
    ...change,
  };
}

/** `failover web4`, `alert ssh-dead`. */
export function brief(decision: Decision): string {
  switch (decision.kind) {
    case 'failover':
      return `failover ${decision.spare ?? 'nobody'}`;
    case 'alert':
      return `alert ${decision.error.code}`;
    case 'nothing':
    case 'wait':
    case 'put-back':
      return decision.kind;
  }
}

export const op = operationId('op-1');
export const planned = { id: op, byFault: false, takesSpare: true, wayBack: true, repairs: false };
export const stormy = { since: now, servers: [], nextCheckAt: now + 5 };
export const pause = { since: 1, by: 'anna', reason: 'a move', until: now + 9 };
