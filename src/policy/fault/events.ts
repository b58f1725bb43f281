import { isFault } from '../../domain/fault.ts';
import type { FaultEvent } from '../../domain/fault-event.ts';
import { openFault, serverFaults, type FaultRecords } from '../../domain/fault-records.ts';
import type { ServerId } from '../../domain/names.ts';
import { describeFact, type Judgement } from './verdict.ts';

/**
 * What has to be recorded once a judgement is another one: a fault that is new, or one that is over. `takenOut`: rejuv's
 * last word about it is maint, somewhere, or it is about to be, or it is being put back; it is not over before that is done.
 * Pure.
 */
export function faultEvents(
  records: FaultRecords,
  server: ServerId,
  judgement: Judgement,
  takenOut: boolean,
): FaultEvent[] {
  const { verdict, duty, at, facts } = judgement;
  const open = openFault(serverFaults(records, server));
  switch (verdict) {
    case 'failed':
    case 'hung':
    case 'split':
    case 'unreachable': {
      // For its fault it is out, or about to be, and is put back or replaced: a lesser trouble meanwhile ends neither.
      if (takenOut && open !== null && isFault(open.verdict) && !isFault(verdict)) return [];
      const resting = duty === 'warm' || duty === 'asleep';
      // One that comes into service as it is fails anew there.
      if (open?.verdict === verdict && (resting || open.resting !== true)) return [];
      const seen = { type: 'fault-seen' as const, at, server, verdict, evidence: facts.map(describeFact) };
      return [resting ? { ...seen, resting } : seen];
    }
    case 'well':
      // Out of service it only passes its probe: the fault is over once it is back, or verified.
      return open === null || duty === 'out' || takenOut ? [] : [{ type: 'fault-over', at, server }];
    case 'suspect':
    case 'unknown':
      return [];
  }
}
