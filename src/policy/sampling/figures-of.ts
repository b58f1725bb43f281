import type { FigureName } from '../../domain/figure.ts';
import type { Reading } from '../../domain/sample.ts';
import { rateBetween, type Total } from './rate.ts';

/** The totals of one source and server, as they were last read. */
export type Totals = ReadonlyMap<FigureName, Total>;

export const noTotals: Totals = new Map();

/** What one answer of a source says. */
export interface Figures {
  readonly values: Map<FigureName, number>;
  /** For the next answer. */
  readonly totals: Totals;
  /** When the host, or the application, began; null: it did not say. */
  readonly hostStartedAt: number | null;
  /** The later of all starts. */
  readonly startedAt: number | null;
}

/**
 * The figures of an answer: gauges as they are, totals as rates per second since the answer before. What is not finite is
 * as if it had not been said. A total that is missing in this answer is no longer known: its rate begins anew.
 */
export function figuresOf(
  readings: readonly Reading[],
  before: Totals,
  at: number,
  longestGapMs: number,
): Figures {
  const values = new Map<FigureName, number>();
  const totals = new Map<FigureName, Total>();
  let hostStartedAt: number | null = null;
  let startedAt: number | null = null;
  for (const reading of readings) {
    if (!Number.isFinite(reading.kind === 'started' ? reading.at : reading.value)) continue;
    switch (reading.kind) {
      case 'gauge':
        values.set(reading.figure, reading.value);
        break;
      case 'counter': {
        const total = { at, value: reading.value };
        const rate = rateBetween(before.get(reading.figure) ?? null, total, longestGapMs);
        if (rate !== null) values.set(reading.figure, rate);
        totals.set(reading.figure, total);
        break;
      }
      case 'started':
        if (reading.what === 'host') hostStartedAt = Math.max(hostStartedAt ?? -Infinity, reading.at);
        startedAt = Math.max(startedAt ?? -Infinity, reading.at);
        break;
    }
  }
  return { values, totals, hostStartedAt, startedAt };
}
