import { sameServer, type ServerId } from '../../domain/names.ts';
import type { PlannedStep } from '../../domain/operation.ts';
import type { Records } from '../../domain/records.ts';

/**
 * Whether rejuv itself may have made the host boot again since its old boot was last seen at `lastSeenAt` (Unix
 * milliseconds). That an operation has the server is not enough: a failover has every host that rebooted by itself.
 * Pure.
 */
export function askedForReboot(records: Records, id: ServerId, lastSeenAt: number): boolean {
  return records.operations.some(({ steps }) =>
    steps.some(
      (planned) =>
        sameServer(planned.step.server, id) &&
        mayReboot(planned) &&
        planned.beganAt !== null &&
        // One that goes on may have ordered it by now, whatever comes of it.
        (planned.endedAt ?? Number.POSITIVE_INFINITY) >= lastSeenAt,
    ),
  );
}

function mayReboot({ step, phase, found }: PlannedStep): boolean {
  switch (step.kind) {
    case 'reboot':
      return true;
    case 'run':
      // A command of the actions may well be one that reboots.
      return phase === 'rejuvenating';
    case 'mend':
      // A rung that was not needed did nothing, nor did a reboot for which nobody could log in.
      if (found?.well === true || step.rung.kind === 'run') return false;
      return step.rung.kind === 'power-cycle' || found?.boot !== undefined;
    default:
      return false;
  }
}
