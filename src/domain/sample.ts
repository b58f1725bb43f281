import type { RejuvError } from './errors.ts';
import type { FigureName } from './figure.ts';
import type { ServerId } from './names.ts';

/**
 * What a source read of one server. gauge: the figure itself, in its unit · counter: a total that only grows, of which
 * the sampler makes the rate per second · histogram: buckets that only grow, of which the sampler makes the quantile of what
 * came in between · started: not a figure but the Unix instant (ms) at which the host or the
 * application began; a later one than before is a restart, and a new window.
 */
export type Reading =
  | { readonly kind: 'gauge' | 'counter'; readonly figure: FigureName; readonly value: number }
  | {
      readonly kind: 'histogram';
      readonly figure: FigureName;
      /** Above 0, below 1. */
      readonly quantile: number;
      /** Narrowest first; the last bound is Infinity. */
      readonly buckets: readonly Bucket[];
    }
  | { readonly kind: 'started'; readonly what: 'host' | 'application'; readonly at: number };

/** How many observations were at most `bound`, since what counts began. */
export interface Bucket {
  /** In the unit of the figure. */
  readonly bound: number;
  readonly count: number;
}

/**
 * Measured values of one figure of one server, oldest first, at instants that only grow. Read by index, straight from
 * where they are kept: good until the next sample is.
 */
export interface Samples {
  readonly length: number;
  /** Unix milliseconds. */
  at(index: number): number;
  value(index: number): number;
}

/** What was seen at the same hour of the week in past weeks, by means of five minutes; older weeks count less. */
export interface Usual {
  readonly mean: number;
  readonly max: number;
  /** How many past weeks it rests on. */
  readonly weeks: number;
}

/** Whether a figure of a server can be believed now. */
export type Freshness =
  /** `until`: the instant from which on it is stale, if no value comes before. */
  | { readonly kind: 'fresh'; readonly source: string; readonly until: number }
  /** No usable value for longer than the source's limit. `since`: its last one; null: there never was one. */
  | {
      readonly kind: 'stale';
      readonly source: string;
      readonly since: number | null;
      readonly problem: RejuvError | null;
    }
  /** No source of the backend gives this figure. */
  | { readonly kind: 'unmeasured' };

/** Something wrong with the samples on the disk: a file that was set aside, or one that cannot be written. */
export interface SampleTrouble {
  readonly since: number;
  readonly error: RejuvError;
}

/** Everything measured, as policy reads it. Nothing here touches a disk or a network. */
export interface Measurements {
  /** As they came, up to the last two hours, restarts included (see `youngSince`). */
  recent(server: ServerId, figure: FigureName): Samples;
  /**
   * Means of five minutes, up to the last week, each at the instant its five minutes began; those that are not over are
   * not among them.
   */
  aggregated(server: ServerId, figure: FigureName): Samples;
  /** What is usual at the hour of the week (UTC) of this instant; null: no past week is known. */
  usual(server: ServerId, figure: FigureName, at: number): Usual | null;
  /** When the host or the application last started, as far as a source says; rejuvenations are in the records. Null: unknown. */
  youngSince(server: ServerId): number | null;
  freshness(server: ServerId, figure: FigureName, now: number): Freshness;
}
