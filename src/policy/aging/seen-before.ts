import type { Limit } from '../../model/trend/exhaustion.ts';
import type { Standing } from './life-before.ts';
import { hourMs } from './means.ts';

/** Above what this life had before the window it has to come so far of what was left to the limit. */
const newsShare = 1 / 4;
/** So much of the growth of this life may lie between the last two days of the life before, if that stood. */
const standsWithin = 1 / 4;

export interface Level {
  readonly value: number;
  readonly windowMs: number;
  readonly limit: Limit;
}

/**
 * Whether a level is nothing new: this life was as high before the last quarter of the window and came down, as with a load
 * or a collector; or was nearly as high before the window; or the life before stood as high at this time of day.
 * @param hourly medians per hour of this life, back from the last mean
 */
export function seenBefore(hourly: Float64Array, standing: Standing | null, level: Level): boolean {
  const { value, windowMs, limit } = level;
  const hours = windowMs / hourMs;
  if (value <= highest(hourly.subarray(Math.max(1, Math.ceil(hours / 4))))) return true;
  const before = highest(hourly.subarray(Math.round(hours)));
  if (value < before + newsShare * (limit.value - before)) return true;
  return (
    standing !== null && value <= standing.level && standing.apart <= standsWithin * (value - lowest(hourly))
  );
}

/** -Infinity: nothing was measured. */
function highest(hourly: Float64Array): number {
  return hourly.reduce((most, value) => (value > most ? value : most), -Infinity);
}

function lowest(hourly: Float64Array): number {
  return hourly.reduce((least, value) => (value < least ? value : least), Infinity);
}
