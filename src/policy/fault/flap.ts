import type { FlapSettings } from '../../domain/settings.ts';

/** Whether repairing a server again would help no more than before. */
export interface Flap {
  readonly flapping: boolean;
  /** How often it recovered within the window. */
  readonly count: number;
  /** When the count next falls by itself; null: it is zero. A quarantine does not end by that. */
  readonly nextCheckAt: number | null;
}

/** `recoveries`: when it recovered, since a person last ended a quarantine. Pure. */
export function flapOf(recoveries: readonly number[], { times, windowMs }: FlapSettings, now: number): Flap {
  const counted = recoveries.filter((at) => at <= now && at > now - windowMs);
  const oldest = counted.length === 0 ? null : Math.min(...counted);
  return {
    flapping: counted.length > times,
    count: counted.length,
    nextCheckAt: oldest === null ? null : oldest + windowMs,
  };
}
