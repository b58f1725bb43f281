import { textKind, type Reading } from './text-kind.ts';

const right = 'write a duration such as 500ms, 30s, 10m, 1h30m or 2d';
const pattern = /^(?=.)(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/;
const unitMs = [86_400_000, 3_600_000, 60_000, 1_000, 1] as const;
// Beyond 2^31 ms (24.8 days) a Node timer fires at once.
const longestDays = 24;

/** Milliseconds of a text such as `1h30m`, however long; null when it is none. Whole numbers, largest unit first. */
export function parseDuration(text: string): number | null {
  const parts = pattern.exec(text)?.slice(1);
  if (parts === undefined) return null;
  return unitMs.reduce((sum, unit, index) => sum + unit * Number.parseInt(parts[index] ?? '0', 10), 0);
}

/** Reads `500ms`, `30s`, `10m`, `1h30m`, `2d` as milliseconds, at most 24 days. */
export function readDuration(text: string): Reading<number> {
  if (/^\d+(\.\d+)?$/.test(text)) return { wrong: 'which has no unit', right };
  const ms = parseDuration(text);
  if (ms === null) return { wrong: 'which is not a duration', right };
  if (ms > longestDays * unitMs[0]) {
    return { wrong: `which is longer than ${longestDays} days`, right: `write at most ${longestDays}d` };
  }
  return { value: ms };
}

function readLongerThanZero(text: string): Reading<number> {
  const reading = readDuration(text);
  if (!('value' in reading) || reading.value > 0) return reading;
  return { wrong: 'which leaves no time at all', right: 'write a duration longer than zero, such as 30s' };
}

/** A duration that may be zero. */
export const duration = textKind(readDuration, { title: 'duration', right, pattern });

/** A duration that has to be longer than zero: deadlines, intervals. */
export const durationAboveZero = textKind(readLongerThanZero, { title: 'duration', right, pattern });
