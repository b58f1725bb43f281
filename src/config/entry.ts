import type { BakeSettings, RampSettings, RollingSettings } from '../domain/settings.ts';
import type { BackendDraft } from './fields.ts';

/** How servers enter service, and how all of them are gone through, from what is written. */
export function entryOf({ ramp, bake, rolling }: BackendDraft): {
  ramp: RampSettings | null;
  bake: BakeSettings | null;
  rolling: RollingSettings;
} {
  return {
    ramp: ramp === undefined ? null : { steps: ramp.steps, everyMs: ramp.every },
    rolling: { maxFailed: rolling.maxFailed, pauseMs: rolling.pause, askAfter: rolling.askAfter },
    bake:
      bake === undefined
        ? null
        : { forMs: bake.for, errors: bake.errors, latency: bake.latency, minRequests: bake.minRequests },
  };
}
