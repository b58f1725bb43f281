import { writeCondition, writeSpan } from '../../domain/written-figure.ts';
import type { RuleFacts } from './facts.ts';
import type { Outcome } from './outcome.ts';
import { valuesOf } from './words.ts';

/** The figures that a judgement of `now` rests on, for people. */
export function evidenceOf({ verdict, since, when, clears }: Outcome, facts: RuleFacts, now: number): string {
  const { run } = when;
  const { rule } = facts;
  const values = valuesOf(when.said, facts);
  const lasted = since === null ? '' : writeSpan(now - since);
  const many =
    run.some === null ? counted(run.samples) : `${run.some.holds} of the last ${run.some.of} samples`;
  switch (verdict) {
    case 'unknown':
    case 'fails':
      return run.some === null ? values : `${values}; true at ${many}`;
    case 'waiting':
      return `${values}; true for ${lasted} of ${writeSpan(rule.forMs)}${many === '' ? '' : `, ${many}`}`;
    case 'holds':
      return clears === null
        ? `${values}; true for ${lasted}${many === '' ? '' : `, ${many}`}`
        : `${values}; held for ${lasted}, until ${rule.clears === null ? '' : writeCondition(rule.clears)}`;
  }
}

function counted(samples: number): string {
  return samples === 0 ? '' : samples === 1 ? '1 sample' : `${samples} samples`;
}
