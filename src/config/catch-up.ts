import { readDuration } from './duration.ts';
import { textKind, type Reading } from './text-kind.ts';

const right = 'write no, or such as `within 1h`';
const pattern = /^(no|within\s+\S+)$/;

/** Reads `no` as 0 and `within 1h` as milliseconds. */
export function readCatchUp(text: string): Reading<number> {
  if (text === 'no') return { value: 0 };
  const [, written] = /^within\s+(\S+)$/.exec(text) ?? [];
  if (written === undefined) return { wrong: 'which does not say how late', right };
  const reading = readDuration(written);
  return 'value' in reading && reading.value === 0 ? { wrong: 'which is no time at all', right } : reading;
}

export const catchUp = textKind(readCatchUp, { title: 'no, or within a duration', right, pattern });
