import type { BakeSettings, RampSettings } from '../domain/settings.ts';
import type { BackendDraft } from './fields.ts';

/** How a server enters service, from what is written: null where nothing is. */
export function entryOf({ ramp, bake }: BackendDraft): {
  ramp: RampSettings | null;
  bake: BakeSettings | null;
} {
  return {
    ramp: ramp === undefined ? null : { steps: ramp.steps, everyMs: ramp.every },
    bake:
      bake === undefined
        ? null
        : { forMs: bake.for, errors: bake.errors, latency: bake.latency, minRequests: bake.minRequests },
  };
}
