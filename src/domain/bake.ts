import type { Process } from './snapshot.ts';

/** Beyond which a server is worse than its peers; factors of at least 1. */
export interface BakeMargins {
  readonly errors: number;
  readonly latency: number;
  /** With fewer of its own, or of its peers together, nothing is said. */
  readonly minRequests: number;
}

/** What a load balancer has counted for one server since it started. */
export interface CountedRow {
  readonly requests: number;
  readonly errors: number;
  /** Its running average of the time to the first byte. */
  readonly responseMs: number | null;
}

/** Counters at one instant: per load balancer its process, and per server what it has counted. */
export type Counters = Readonly<
  Record<string, { readonly process: Process; readonly rows: Readonly<Record<string, CountedRow>> }>
>;
