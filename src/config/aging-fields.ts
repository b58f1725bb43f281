import { z } from 'zod';
import { condition } from './condition.ts';
import { duration } from './duration.ts';
import { section } from './section.ts';
import { aList } from './step-list.ts';
import { textKind, type Reading } from './text-kind.ts';

/** So many of the last so many samples. */
interface SomeOf {
  readonly holds: number;
  readonly of: number;
}

const right = 'write such as `8 of 10`';
const mostSamples = 1_000;

function readSomeOf(text: string): Reading<SomeOf> {
  const [, holds, of] = /^(\d{1,4}) +of +(\d{1,4})$/.exec(text.trim()) ?? [];
  if (holds === undefined || of === undefined)
    return { wrong: 'which does not say how many of how many', right };
  const read = { holds: Number(holds), of: Number(of) };
  if (read.holds < 1) return { wrong: 'which would always hold', right };
  if (read.holds > read.of) return { wrong: 'which is more than there are', right };
  if (read.of > mostSamples) {
    return { wrong: `which looks back over more than ${mostSamples} samples`, right };
  }
  return { value: read };
}

const someOf = textKind(readSomeOf, { title: 'so many of so many', right, pattern: /^\s*\d+ +of +\d+\s*$/ });

/** One list of rules. What is hard acts sooner by itself. */
function rules(defaults: { readonly for: string; readonly confirm: string }) {
  const rule = section({
    when: condition.meta({ description: 'What makes a server aged; see [aging](aging.md).' }),
    for: duration.optional().meta({
      description: `It has to be true for so long without a break; else ${defaults.for}, and at once where a trend, or only the uptime, is asked.`,
    }),
    samples: someOf.optional().meta({
      description: 'It counts as true when so many of the last samples are, which forgives single ones.',
    }),
    clears: condition.optional().meta({
      description: 'Once the rule holds, it holds until this is true; else until `when` is not.',
    }),
    confirm: duration.prefault(defaults.confirm).meta({
      description: 'With the spare ready it has to hold for so long still, or the spare goes back.',
    }),
  });
  return z.array(rule, aList).default([]);
}

/** Unlike a server that is merely aged, an unstable one is not looked at for long. */
export const ruleDefaults = {
  aging: { for: '5m', confirm: '1m' },
  unstable: { for: '1m', confirm: '0s' },
} as const;

export const aging = rules(ruleDefaults.aging).meta({
  description: 'Rules by which a server is aged: it is rejuvenated in the next window.',
});

export const unstable = rules(ruleDefaults.unstable).meta({
  description:
    'Rules by which a server is unstable: it is rejuvenated at once. Windows do not hold that up; freezes, spacing and `maxAtOnce` do.',
});
