import { serverFaults } from '../../domain/fault-records.ts';
import type { ServerId } from '../../domain/names.ts';
import { phases, type PlannedStep, type WorkPhase } from '../../domain/operation.ts';
import { serverRecord, type Records } from '../../domain/records.ts';
import type {
  BackendSettings,
  CheckpointStep,
  FaultSettings,
  ServerSettings,
} from '../../domain/settings.ts';
import type { Role } from '../../domain/server.ts';
import type { LatePlace, Step } from '../../domain/step.ts';
import { fillCheckpointText } from '../../policy/fault/placeholders.ts';
import { admitChecked, idOf, plannedIn, probeIt, setAdmin, wakeUp } from './pieces.ts';
import { repairEnds } from './recovery.ts';

/** Who takes part in a failover. */
export interface FailoverCast {
  readonly backend: BackendSettings;
  readonly faults: FaultSettings;
  readonly failed: ServerSettings;
  /** Null: there is none. It is taken out all the same, and put back as soon as it passes again. */
  readonly spare: ServerSettings | null;
  readonly fault: 'failed' | 'hung';
  /** It is out already, in maint: only its place is taken. */
  readonly out: boolean;
  /** Its recovery goes on beside this, and ends as its records say then. */
  readonly repaired: boolean;
  /** The end of the storm hold, Unix milliseconds. */
  readonly actAt: number;
  /** Why, for the hold. */
  readonly evidence: string;
}

/**
 * No drain: a spare is prepared at once, while the storm hold runs; then it is admitted, checked, and the failed server
 * goes to maint on both and is held until it is repaired. A server that hangs still answers some, so the spare comes
 * first in any case. Of one that is out already nothing but its place is taken.
 */
export function failover(cast: FailoverCast, records: Records): PlannedStep[] {
  const { backend, failed, spare, fault, out, actAt, evidence } = cast;
  const failedId = idOf(backend, failed);
  const { probe, allowUnchecked } = backend;
  const confirm: Step = {
    kind: 'confirm-fault',
    server: failedId,
    fault,
    notBefore: actAt,
    probe,
    allowUnchecked,
    ...(out ? { out } : {}),
  };
  const takenOut: Step[] = [
    { kind: 'agent', server: failedId, to: 'off' },
    // One that hangs still counts as serving on the load balancers, and one that failed may serve again by now.
    setAdmin(backend, failedId, 'maint', { leaves: true }),
  ];
  if (spare === null) {
    // Without a hold: whoever looks for a server that may come back finds it by its open fault.
    return [...plannedIn('confirming', [confirm]), ...plannedIn('draining', takenOut)];
  }
  const spareId = idOf(backend, spare);
  const reason = `it ${fault === 'hung' ? 'hung' : 'failed'} (${evidence}); ${spare.name} took its place`;
  return [
    ...plannedIn('activating', [...wakeUp(backend, spare), ...probeIt(backend, spare)]),
    ...plannedIn('duplexing', restoreSteps(cast, spare, records)),
    ...plannedIn('confirming', [confirm]),
    ...plannedIn('admitting', admitChecked(backend, spareId)),
    ...plannedIn('draining', [
      ...(out ? [] : takenOut),
      {
        kind: 'roles',
        server: failedId,
        primary: spareId,
        spare: failedId,
        ...(out ? { late: lateIn(cast, spare) } : {}),
      },
      ...(keptBySomebody(cast, records)
        ? []
        : [{ kind: 'hold' as const, server: failedId, reason, failed: true }]),
    ]),
  ];
}

/** Whoever repairs it keeps it out, and so does the hold that a repair has left which did not help. */
function keptBySomebody({ backend, failed, out, repaired }: FailoverCast, records: Records): boolean {
  return out && (repaired || serverRecord(records, idOf(backend, failed)).hold !== null);
}

function lateIn({ backend, faults, failed, repaired }: FailoverCast, spare: ServerSettings): LatePlace {
  const ends = (role: Role, replacedBy: ServerSettings | null): Step[] =>
    repaired ? repairEnds({ backend, faults, server: failed, role, replacedBy }) : [];
  return { of: idOf(backend, failed), taken: ends('spare', spare), own: ends('primary', null) };
}

/** The same for an operation that is under way on this server: no phase before the one it is in. */
export function failoverFrom(phase: WorkPhase, steps: readonly PlannedStep[]): PlannedStep[] {
  const later = (one: WorkPhase): WorkPhase => (order.indexOf(one) < order.indexOf(phase) ? phase : one);
  return steps.map((step) => ({ ...step, phase: later(step.phase) }));
}

const order = Object.keys(phases);

/** From the last whole checkpoint into the spare, before traffic moves; none where there is none for this spare. */
function restoreSteps(
  { backend, faults, failed }: FailoverCast,
  spare: ServerSettings,
  records: Records,
): Step[] {
  const settings = faults.checkpoint;
  const made = serverFaults(records.faults, idOf(backend, failed)).checkpoint;
  if (settings === null || made === null) return [];
  if (made.receiver !== null && made.receiver !== spare.name) return [];
  return settings.restore.flatMap((step) =>
    restoreStep(step, { backend, faults, failed, spare, slot: made.slot }),
  );
}

interface RestoreCast {
  readonly backend: BackendSettings;
  readonly faults: FaultSettings;
  readonly failed: ServerSettings;
  readonly spare: ServerSettings;
  readonly slot: number;
}

function restoreStep(step: CheckpointStep, { backend, faults, failed, spare, slot }: RestoreCast): Step[] {
  const primary: ServerId = idOf(backend, failed);
  const text = (template: string): string => fillCheckpointText(template, primary, slot);
  const server = idOf(backend, spare);
  const store = faults.checkpoint?.store ?? null;
  if (spare.ssh === null) return [];
  if (step.kind === 'copy') {
    const fromHost = store ?? spare.ssh;
    const { from, to, deadlineMs } = step;
    return [
      {
        kind: 'copy',
        server,
        fromHost,
        from: text(from),
        toServer: server,
        toHost: spare.ssh,
        to: text(to),
        deadlineMs,
      },
    ];
  }
  const host = step.on === 'store' ? store : step.on === 'receiver' ? spare.ssh : null;
  if (host === null) return [];
  return [
    { kind: 'run', server, host, command: text(step.command), deadlineMs: step.deadlineMs, once: false },
  ];
}
