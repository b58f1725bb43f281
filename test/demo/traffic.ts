import type { LoadSummary } from '../lab/load-count.ts';
import type { Load } from '../lab/load-run.ts';
import { until } from '../lab/until.ts';

/** Requests of the clients in a stretch of time. */
export interface Traffic {
  readonly sent: number;
  readonly failed: number;
  readonly slow: number;
  readonly elapsedMs: number;
}

/** The next report of the clients: they make one per second. */
export async function nextReport(load: Load): Promise<LoadSummary> {
  const last = load.latest();
  await until('the clients report', () => load.latest() !== last);
  return load.latest()!;
}

/** What happened from one report to a later one. */
export function between(from: Traffic, to: Traffic): Traffic {
  return {
    sent: to.sent - from.sent,
    failed: to.failed - from.failed,
    slow: to.slow - from.slow,
    elapsedMs: to.elapsedMs - from.elapsedMs,
  };
}
