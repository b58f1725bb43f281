import { isFault } from '../../domain/fault.ts';
import type { FaultSettings } from '../../domain/settings.ts';
import type { Judgement } from './verdict.ts';

/** A step that failed on a server, and what the watch makes of that server. */
export interface FailedStepFacts {
  /** Null: nobody watches it. */
  readonly judgement: Judgement | null;
  readonly settings: Pick<FaultSettings, 'everyMs' | 'fall' | 'onFault'>;
  /** How long its probe may take to fail. */
  readonly probeMs: number;
  /** How long ago the step failed. */
  readonly sinceMs: number;
}

/**
 * Whether the failure of a step may still turn out to be the first sign of a failing server. Without any other sign two
 * looks tell; with one, the watch comes to its verdict within `fall` failures, and an answer to it is on its way. Pure.
 */
export function mayBeFailing({ judgement, settings, probeMs, sinceMs }: FailedStepFacts): boolean {
  if (judgement === null || settings.onFault === 'alert') return false;
  const { everyMs, fall } = settings;
  if (sinceMs < 2 * everyMs) return true;
  const signs = judgement.verdict === 'suspect' || isFault(judgement.verdict);
  return signs && sinceMs < (fall + 2) * (everyMs + probeMs);
}
