import { randomInt } from 'node:crypto';
import type { Clock } from '../domain/seams.ts';

/** No vowels and no look-alikes: an id is read aloud and typed at three in the morning. */
const letters = 'bcdfghjkmnpqrstvwxz23456789';
const suffixLength = 4;

/** Fresh operation ids, such as `op-20261121-0330-k7q2`: the minute in UTC, then chance. They sort by time. */
export function createNewId(clock: Clock): () => string {
  return () => {
    const [day = '', time = ''] = new Date(clock.now()).toISOString().split('T');
    const suffix = Array.from({ length: suffixLength }, () => letters.charAt(randomInt(letters.length)));
    return `op-${day.replaceAll('-', '')}-${time.slice(0, 5).replace(':', '')}-${suffix.join('')}`;
  };
}
