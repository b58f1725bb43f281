import type { Severity } from '../../../src/domain/aging.ts';
import { apply } from '../../../src/domain/fold-records.ts';
import { operationId, type ServerId } from '../../../src/domain/names.ts';
import type { Cause, Operation, Phase } from '../../../src/domain/operation.ts';
import { noRecords, type Records } from '../../../src/domain/records.ts';

/** A rule that holds, as it was recorded. */
export function aged(
  records: Records,
  server: ServerId,
  rule: string,
  since: number,
  severity: Severity = 'aging',
): Records {
  return apply(records, { type: 'aged', at: since, server, severity, rule, evidence: 'seen' });
}

/** Records with operations for measured aging, oldest first. */
export function withTries(operations: readonly Operation[], from: Records = noRecords): Records {
  return { ...from, operations };
}

/** What became of one try to rejuvenate a server that is aged by a rule. */
export function attempt(
  { backend, server }: ServerId,
  rule: string,
  startedAt: number,
  ended: { readonly phase: Phase; readonly at: number | null; readonly code?: Cause['code'] },
  severity: Severity = 'aging',
): Operation {
  const { phase, at, code } = ended;
  return {
    ...{ id: operationId(`op-${server}-${startedAt}`), kind: 'rejuvenation', backend, server, spare: null },
    ...{ trigger: 'threshold', by: null, reason: null, force: false, run: null },
    because: { severity, rule, evidence: 'seen', confirmMs: 0 },
    ...{ effect: 'owed', startedAt, phase, phaseAt: at ?? startedAt, deadline: null, steps: [] },
    abortAsked: null,
    cause: code === undefined ? null : { end: 'aborted', code, reason: code },
    ...{ wayOutFrom: null, resumedAt: [], endedAt: at },
  };
}
