import type { ServerId } from '../../domain/names.ts';
import type { Clock, Probe } from '../../domain/seams.ts';
import type { ProbeSettings } from '../../domain/settings.ts';
import type { Observation } from '../../policy/fault/evidence.ts';
import { fillUrl } from '../steps/probing.ts';
import { NoAnswer, within } from './patience.ts';

/** Where a load balancer last saw the server. */
export interface Address {
  readonly address: string;
  readonly port: number;
}

/** Beside the timeout of the probe, for an adapter that does not keep it. */
const slackMs = 1_000;

/** One probe, straight at the server; no answer in time is a failure, for that is what clients would see. */
export async function lookByProbe(
  { clock, probe }: { readonly clock: Clock; readonly probe: Probe },
  settings: ProbeSettings,
  server: ServerId,
  place: Address | null,
  stop: AbortSignal,
): Promise<Observation> {
  const seen = (answer: 'passed' | 'failed' | 'unknown', detail: string): Observation => ({
    source: 'watchdog',
    at: clock.now(),
    answer,
    detail,
  });
  if (place === null) return seen('unknown', 'no load balancer has told its address yet');
  const url = fillUrl(settings.url, server, place);
  try {
    const { status, problem } = await within(
      clock,
      settings.timeoutMs + slackMs,
      stop,
      async (signal) => await probe.get(url, settings.timeoutMs, signal),
    );
    if (status === settings.expect) return seen('passed', `status ${status}`);
    return seen('failed', problem ?? `status ${status}`);
  } catch (thrown) {
    stop.throwIfAborted();
    // The seam raises nothing but the signal: anything else is rejuv's own trouble.
    return seen(thrown instanceof NoAnswer ? 'failed' : 'unknown', wordsOf(thrown));
  }
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
