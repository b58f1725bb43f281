import type { PlannedStep, WorkPhase } from '../../src/domain/operation.ts';
import { unionMs, type Interval } from './figures.ts';
import type { Row, Sight } from './witness.ts';

/** A step that was taken, with its times. */
export type TakenStep = Pick<PlannedStep, 'phase' | 'step'> & {
  readonly beganAt: number;
  readonly endedAt: number;
};

/** What one phase took. */
export interface PhaseCost {
  readonly phase: WorkPhase;
  readonly totalMs: number;
  /** At least one thing outside was being waited for. */
  readonly waitedMs: number;
  readonly addedMs: number;
}

/**
 * While a step ran, how long something outside was really not there yet: until a witness first saw it, not until rejuv
 * noticed. Whatever a step does beside that, its looks and pauses included, is rejuv's own.
 */
export function waitOf({ step, beganAt, endedAt }: TakenStep, sights: readonly Sight[]): Interval {
  const from = beganAt;
  const until = (holds: (sight: Sight) => boolean): Interval => {
    const seen = sights.find((sight) => sight.at >= from && holds(sight));
    return { from, to: Math.min(seen?.at ?? endedAt, endedAt) };
  };
  const everyRow = (holds: (row: Row) => boolean) => (sight: Sight) => {
    const rows = sight.rows.get(step.server.server) ?? [];
    return rows.length > 0 && rows.every(holds);
  };
  switch (step.kind) {
    // What a server was told to do: the command, the files, the requests themselves.
    case 'wake':
    case 'sleep':
    case 'run':
    case 'copy':
    case 'request':
    case 'mend':
    case 'confirm-fault':
    case 'confirm-aging':
    case 'go-ahead':
      return { from, to: endedAt };
    case 'probe':
      return { from, to: Math.min(endedAt, from + (step.probe.passes - 1) * step.probe.everyMs) };
    case 'bake':
    case 'grace':
      return { from, to: Math.min(endedAt, from + step.forMs) };
    case 'await-checked':
      return until(everyRow((row) => row.operational === 2 && row.health === row.full));
    case 'await-serving':
      return until(everyRow((row) => row.operational === 2 && (row.adminBits & 0x3b) === 0));
    case 'await-idle':
      return until(everyRow((row) => row.load === 0));
    case 'reboot': {
      const before = sights.findLast((sight) => sight.at <= from)?.bootId ?? null;
      return until((sight) => sight.bootId !== null && sight.bootId !== before);
    }
    // Orders to HAProxy, looks, and entries in the records: nothing outside is waited for.
    case 'admin':
    case 'agent':
    case 'weight':
    case 'prove-out':
    case 'roles':
    case 'failback':
    case 'hold':
    case 'release':
    case 'secure':
    case 'recovered':
    case 'verified':
      return { from, to: from };
  }
}

/** The phases in their order; each lasts until the next begins, the last one until `endedAt`. */
export function costsOf(steps: readonly TakenStep[], endedAt: number, sights: readonly Sight[]): PhaseCost[] {
  const waits = steps.map((step) => waitOf(step, sights));
  const starts = steps.filter((step, at) => steps[at - 1]?.phase !== step.phase);
  return starts.map(({ phase, beganAt }, at) => {
    const span = { from: beganAt, to: starts[at + 1]?.beganAt ?? endedAt };
    const totalMs = span.to - span.from;
    const waitedMs = unionMs(waits, span);
    return { phase, totalMs, waitedMs, addedMs: totalMs - waitedMs };
  });
}
