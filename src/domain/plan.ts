import type { Severity } from './aging.ts';
import type { BackendName, ServerName } from './names.ts';

/** How far ahead a plan looks, in days. */
export const usualPlanDays = 14;
export const longestPlanDays = 400;

/** What becomes of a planned run, by what is known now. */
export type PlanVerdict = 'runs' | 'refused' | 'skipped';

/** One run of a schedule that lies ahead. Instants in ISO 8601, UTC. */
export interface PlannedRun {
  readonly due: string;
  /** Due, and the jitter of this very run. */
  readonly start: string;
  readonly backend: BackendName;
  readonly cron: string;
  readonly timeZone: string;
  /** Which server, by today's knowledge; null when none would be taken. */
  readonly server: ServerName | null;
  /** The spare that takes over; null when there is none. */
  readonly spare: ServerName | null;
  readonly verdict: PlanVerdict;
  /** Why not; null when it runs. */
  readonly code: string | null;
  readonly reason: string | null;
}

/** A server that measured aging would have rejuvenated, and whether the calendars let it now. */
export interface PlannedAged {
  readonly backend: BackendName;
  readonly server: ServerName;
  readonly severity: Severity;
  /** As it is written in the config file. */
  readonly rule: string;
  readonly since: string;
  readonly evidence: string;
  readonly verdict: Exclude<PlanVerdict, 'skipped'>;
  /** Why not now; null when nothing of pause and calendars holds it up. */
  readonly code: string | null;
  readonly reason: string | null;
}

export interface PlannedFreeze {
  readonly from: string;
  readonly until: string;
  readonly reason: string;
  /** Null: all backends. */
  readonly backend: BackendName | null;
}

/** `rejuv plan`. */
export interface Plan {
  readonly from: string;
  readonly until: string;
  /** Where the plan breaks off, because it would have more runs than it shows; null: it is whole. */
  readonly truncatedAt: string | null;
  /** In the order of their start. */
  readonly runs: readonly PlannedRun[];
  /** By measured aging: what no calendar knows in advance. */
  readonly aged: readonly PlannedAged[];
  readonly freezes: readonly PlannedFreeze[];
  /** Where windows are open, from and until; null where there are no windows at all. */
  readonly open: readonly { readonly from: string; readonly until: string }[] | null;
  /** How long a rejuvenation is taken to last, per backend, in milliseconds; 0 without any in the records. */
  readonly typicalMs: Readonly<Record<string, number>>;
}
