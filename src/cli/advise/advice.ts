import type { Band } from '../../model/estimate/observed-life.ts';
import type { Interval } from '../../model/interval.ts';
import type { SuggestedLine } from './suggest.ts';

/**
 * What `rejuv advise --json` prints (test/cli/contract/advise.schema.json). Hours and costs are what their names say; an
 * interval of null means "never", or without end. Bands hold the value and the ends over all corners of what is uncertain.
 */
export type Advice = Reckoned | Unanswered;

export interface BandOut {
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** A schedule, and what a year under it comes to. */
export interface Schedule {
  readonly everyHours: number | null;
  readonly availability: BandOut;
  readonly downtimeHoursPerYear: BandOut;
  readonly emptyPlaceHoursPerYear: BandOut;
  readonly costPerYear: BandOut;
}

export interface Basis {
  readonly servers: number;
  readonly spares: number;
  readonly minServing: number;
  readonly law: 'exponential' | 'weibull' | 'two-stage';
  readonly weibullShape: number | null;
  readonly agingPerHour: number | null;
  readonly failurePerHour: number | null;
  readonly meanLifeHours: BandOut;
  readonly repairHours: BandOut;
  readonly rejuvenationHours: BandOut;
  readonly sources: { readonly life: Source; readonly repair: Source; readonly rejuvenation: Source };
  /** Of the intervals that come from the records; null where nothing does. */
  readonly confidence: number | null;
  readonly costs: {
    readonly failureHour: number;
    readonly rejuvenationHour: number;
    readonly perFailure: number;
    readonly perRejuvenation: number;
  };
  /** hours: no costs were given, so that a year costs the hours in which servers are missing. */
  readonly costUnit: 'hours' | 'given';
}

export type Source = 'records' | 'file';

export interface Reckoned {
  readonly backend: string;
  readonly verdict: 'interval' | 'never' | 'as-often-as-possible';
  readonly summary: string;
  readonly notes: readonly string[];
  readonly basis: Basis;
  readonly present: Schedule & {
    readonly cron: readonly string[];
    readonly source: 'config' | 'file' | 'none';
  };
  readonly best: Schedule & { readonly everyHoursBand: BandOut };
  readonly bestForAvailability: { readonly everyHours: number | null };
  readonly never: Schedule;
  readonly line: SuggestedLine | null;
  readonly monitor: {
    readonly detectionHours: number;
    readonly costPerYear: number;
    readonly emptyPlaceHoursPerYear: number;
    readonly betterThanAnySchedule: boolean;
  } | null;
  readonly curve: readonly CurvePoint[];
}

export interface CurvePoint {
  readonly everyHours: number;
  readonly costPerYear: Band;
  readonly availability: Band;
  /** Beside it, since a share near 1 has few digits left. */
  readonly downtimeHoursPerYear: Band;
}

/** The data do not say it. That is an answer. */
export interface Unanswered {
  readonly backend: string;
  readonly verdict: 'not-enough-data';
  readonly summary: string;
  readonly notes: readonly string[];
  /** What is missing, one sentence each. */
  readonly missing: readonly string[];
  readonly seen: {
    readonly failures: number;
    readonly serviceHours: number;
    readonly failuresPerHour: BandOut | null;
  };
}

export function verdictOf({ kind }: Interval): Reckoned['verdict'] {
  switch (kind) {
    case 'interior':
      return 'interval';
    case 'never':
      return 'never';
    case 'immediate':
      return 'as-often-as-possible';
  }
}

/** JSON knows no infinity. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

export function bandOut({ value, lower, upper }: Band): BandOut {
  return { value: finite(value), lower: finite(lower), upper: finite(upper) };
}
