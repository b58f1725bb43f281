import { RejuvError } from '../domain/errors.ts';
import { parseDuration } from '../config/duration.ts';

const instant = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * A moment as a person types it: an instant such as `2026-11-30T06:00Z`, a day or a time without a zone on the clock
 * here, or a duration. `direction` says whether a duration, and a time of day, lie ahead or behind.
 * @returns Unix milliseconds
 * @throws RejuvError usage
 */
export function readMoment(text: string, option: string, direction: 'ahead' | 'behind', now: number): number {
  const sign = direction === 'ahead' ? 1 : -1;
  const written = direction === 'behind' ? text.trim().replace(/\s+ago$/, '') : text.trim();
  const duration = parseDuration(written);
  if (duration !== null) return now + sign * duration;
  const time = /^(\d?\d):(\d\d)$/.exec(written);
  if (time !== null && Number(time[1]) < 24 && Number(time[2]) < 60) {
    const today = new Date(now).setHours(Number(time[1]), Number(time[2]), 0, 0);
    const other = new Date(today).setDate(new Date(today).getDate() + sign);
    return (today - now) * sign > 0 ? today : other;
  }
  // A day alone would be read in UTC, which is not the clock here.
  const at = instant.test(written) ? Date.parse(written.length === 10 ? `${written}T00:00` : written) : NaN;
  if (!Number.isNaN(at)) return at;
  const problem = `${option} is a time such as 2026-11-30T06:00Z, 18:30 or 2h, not ${JSON.stringify(text)}`;
  throw new RejuvError('usage', { problem });
}
