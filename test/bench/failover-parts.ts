import type { Operation, PlannedStep } from '../../src/domain/operation.ts';
import { unionMs, type Interval } from './figures.ts';
import { waitOf, type TakenStep } from './waits.ts';
import type { Row, Sight } from './witness.ts';

/** How often everybody looks, as configured. */
export interface Pace {
  readonly pollMs: number;
  readonly checkMs: number;
  readonly probePasses: number;
  readonly probeEveryMs: number;
}

/** What a failover took, from the kill to the spare serving on both; the first four add up to the whole. */
export interface Parts {
  readonly detectionMs: number;
  readonly pollMs: number;
  readonly preparationMs: number;
  readonly admissionMs: number;
  readonly totalMs: number;
  /** What the detection of this run, one poll, one check, the probe and 200 ms make. */
  readonly goalMs: number;
  /** In which nothing outside was waited for. */
  readonly ownMs: number;
}

/** What rejuv may take beside its waits. */
const allowedMs = 200;

/** The parts of one failover of `web1`, by its records and by a witness. Instants are Unix milliseconds. */
export function partsOf(
  operation: Operation,
  { killedAt, spare }: { readonly killedAt: number; readonly spare: string },
  sights: readonly Sight[],
  pace: Pace,
): Parts {
  const seen = (server: string, from: number, holds: (row: Row) => boolean): number => {
    const sight = sights.find(({ at, rows }) => {
      const both = rows.get(server) ?? [];
      return at >= from && both.length === 2 && both.every(holds);
    });
    if (sight === undefined) throw new Error(`the witness never saw what was waited for of ${server}`);
    return sight.at;
  };
  const detectedAt = seen(operation.server, killedAt, ({ operational }) => operational === 0);
  const servingAt = seen(
    spare,
    killedAt,
    ({ operational, adminBits }) => operational === 2 && (adminBits & 0x3b) === 0,
  );
  const steps = operation.steps.flatMap(taken);
  const confirm = steps.find(({ step }) => step.kind === 'confirm-fault');
  if (confirm?.step.kind !== 'confirm-fault') throw new Error('the failover has no hold');
  // The hold is one poll from the look that made it a fault.
  const holdOver = confirm.step.notBefore;
  const seenAt = Math.min(holdOver - pace.pollMs, operation.startedAt);
  const waits: Interval[] = [
    { from: killedAt, to: detectedAt },
    { from: detectedAt, to: seenAt },
    { from: seenAt, to: holdOver },
    ...steps.filter(({ step }) => step.kind !== 'confirm-fault').map((step) => waitOf(step, sights)),
  ];
  const whole = { from: killedAt, to: servingAt };
  const totalMs = servingAt - killedAt;
  const detectionMs = detectedAt - killedAt;
  const probeMs = pace.probePasses * pace.probeEveryMs;
  return {
    detectionMs,
    pollMs: seenAt - detectedAt,
    preparationMs: confirm.endedAt - seenAt,
    admissionMs: servingAt - confirm.endedAt,
    totalMs,
    goalMs: detectionMs + pace.pollMs + pace.checkMs + probeMs + allowedMs,
    ownMs: totalMs - unionMs(waits, whole),
  };
}

function taken({ phase, step, beganAt, endedAt }: PlannedStep): TakenStep[] {
  return beganAt === null || endedAt === null ? [] : [{ phase, step, beganAt, endedAt }];
}
