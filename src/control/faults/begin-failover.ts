import type { OperationId } from '../../domain/names.ts';
import { operationId } from '../../domain/names.ts';
import type { OperationRequest, PlannedStep } from '../../domain/operation.ts';
import {
  findServer,
  type BackendSettings,
  type FaultSettings,
  type ServerSettings,
} from '../../domain/settings.ts';
import type { Records } from '../../domain/records.ts';
import type { Failover } from '../../policy/fault/decision.ts';
import type { Journal } from '../journal.ts';
import { openingRecord } from '../planning.ts';
import { failover } from '../procedures/failover.ts';
import type { Runs } from '../runs.ts';
import type { World } from '../world.ts';

/** The steps of a failover that was decided, by what the records say now; null: its servers left the config file. */
export function stepsOf(
  decision: Failover,
  backend: BackendSettings,
  faults: FaultSettings,
  records: Records,
): { steps: PlannedStep[]; spare: ServerSettings | null } | null {
  const failed = findServer(backend, decision.server.server);
  const spare = decision.spare === null ? null : (findServer(backend, decision.spare) ?? null);
  if (failed === undefined || (decision.spare !== null && spare === null)) return null;
  const { fault, out, beside, actAt, because: evidence } = decision;
  const repaired = beside !== null;
  const cast = { backend, faults, failed, spare, fault, out, repaired, actAt, evidence };
  return { steps: failover(cast, records), spare };
}

/** Opens a failover. No gate is asked: who decided it has looked, and a fault waits for no calendar. */
export async function beginFailover(
  scope: { readonly world: World; readonly journal: Journal; readonly runs: Runs },
  decision: Failover,
  { steps, spare }: { readonly steps: readonly PlannedStep[]; readonly spare: ServerSettings | null },
): Promise<OperationId> {
  const { world, journal, runs } = scope;
  const request: OperationRequest = {
    kind: 'failover',
    target: decision.server,
    trigger: 'fault',
    by: null,
    reason: decision.because,
    force: false,
    noWait: false,
    run: null,
    because: null,
  };
  const id = operationId(world.newId());
  const at = world.clock.now();
  const operation = openingRecord(id, request, spare, steps, at);
  await journal.record({ type: 'operation-opened', at, operation });
  runs.start(operation);
  return id;
}
