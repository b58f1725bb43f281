import type { FigureName } from '../../domain/figure.ts';
import type { Reading } from '../../domain/sample.ts';
import { quantileBetween, type Histogram } from './quantile.ts';
import { rateBetween, type Total } from './rate.ts';

/** What only grows, of one source and server, as it was last read. */
export interface Totals {
  readonly counters: ReadonlyMap<FigureName, Total>;
  readonly histograms: ReadonlyMap<FigureName, Histogram>;
}

export const noTotals: Totals = { counters: new Map(), histograms: new Map() };

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
 * The figures of an answer: gauges as they are, totals as rates per second and histograms as quantiles since the answer before. What is not finite is
 * as if it had not been said. A total that is missing in this answer is no longer known: its rate begins anew.
 */
export function figuresOf(
  readings: readonly Reading[],
  before: Totals,
  at: number,
  longestGapMs: number,
): Figures {
  const values = new Map<FigureName, number>();
  const counters = new Map<FigureName, Total>();
  const histograms = new Map<FigureName, Histogram>();
  let hostStartedAt: number | null = null;
  let startedAt: number | null = null;
  for (const reading of readings) {
    if (!isFinite(reading)) continue;
    switch (reading.kind) {
      case 'gauge':
        values.set(reading.figure, reading.value);
        break;
      case 'counter': {
        const total = { at, value: reading.value };
        const rate = rateBetween(before.counters.get(reading.figure) ?? null, total, longestGapMs);
        if (rate !== null) values.set(reading.figure, rate);
        counters.set(reading.figure, total);
        break;
      }
      case 'histogram': {
        const { figure, quantile, buckets } = reading;
        const last = before.histograms.get(figure) ?? null;
        const value = quantileBetween(quantile, last, { at, buckets }, longestGapMs);
        if (value !== null) values.set(figure, value);
        histograms.set(figure, { at, buckets });
        break;
      }
      case 'started':
        if (reading.what === 'host') hostStartedAt = Math.max(hostStartedAt ?? -Infinity, reading.at);
        startedAt = Math.max(startedAt ?? -Infinity, reading.at);
        break;
    }
  }
  return { values, totals: { counters, histograms }, hostStartedAt, startedAt };
}

function isFinite(reading: Reading): boolean {
  switch (reading.kind) {
    case 'gauge':
    case 'counter':
      return Number.isFinite(reading.value);
    case 'histogram':
      return reading.buckets.every(({ count }) => Number.isFinite(count));
    case 'started':
      return Number.isFinite(reading.at);
  }
}
