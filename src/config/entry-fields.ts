import { z } from 'zod';
import { duration, durationAboveZero } from './duration.ts';
import { section, whole } from './section.ts';
import { share } from './share.ts';
import { aList } from './step-list.ts';
import { textKind, type Reading } from './text-kind.ts';

const right = 'write a factor such as 2x or 1.5x, at least 1x';

/** Reads `2x`, `1.5x`: at least 1. */
function readFactor(text: string): Reading<number> {
  const [, number] = /^(\d{1,3}(?:\.\d{1,3})?)x$/.exec(text) ?? [];
  if (number === undefined) return { wrong: 'which is not a factor', right };
  const value = Number(number);
  return value < 1 ? { wrong: 'which is less than 1x', right } : { value };
}

const factor = textKind(readFactor, { title: 'factor', right, pattern: /^\d+(\.\d+)?x$/ });

export const ramp = section({
  steps: z
    .array(share, aList)
    .min(1, { error: 'write at least one share, the last one 100%' })
    .prefault(['10%', '25%', '50%', '100%'])
    .meta({ description: 'Shares of its weight, rising, the last one 100%.' }),
  every: durationAboveZero.prefault('1m').meta({ description: 'How long each share stays.' }),
});

export const rolling = section({
  maxFailed: whole(0, 10_000)
    .default(0)
    .meta({ description: 'It stops once more servers than this have not gone well.' }),
  pause: duration.prefault('1m').meta({ description: 'From the end of one server to the next one.' }),
  askAfter: z
    .array(whole(1, 10_000), aList)
    .prefault([])
    .meta({ description: 'After so many servers it waits until a person says `rejuv continue`.' }),
});

export const bake = section({
  for: durationAboveZero.prefault('10m').meta({ description: 'How long it is compared, at full weight.' }),
  errors: factor
    .prefault('2x')
    .meta({ description: 'Worse: its share of errors above this much of its peers’.' }),
  latency: factor
    .prefault('1.5x')
    .meta({ description: 'Worse: its mean time to the first byte above this much of its peers’.' }),
  minRequests: whole(10, 1_000_000)
    .default(100)
    .meta({ description: 'With fewer of its own, or of its peers together, nothing is said.' }),
});
