import { readGivenRates } from '../../../src/config/given-rates.ts';
import type { Reckoned } from '../../../src/cli/advise/advice.ts';
import { questionOf } from '../../../src/cli/advise/ask.ts';
import { pricesOf } from '../../../src/cli/advise/costs.ts';
import { gather, nothingSeen } from '../../../src/cli/advise/gather.ts';
import { reckon } from '../../../src/cli/advise/reckon.ts';
import { createCron } from '../../../src/io/cron.ts';

const cron = createCron();

/** The figures that a file of `--given` alone leads to. */
export function reckoned(text: string, name = 'shop'): Omit<Reckoned, 'summary' | 'notes'> {
  const given = readGivenRates(text, 'r.yaml');
  const rates = gather(given, nothingSeen);
  if (rates.kind === 'missing') throw new Error(rates.missing.join('; '));
  const asked = { name, given, configured: null, rates, priced: pricesOf({}, given.costs) };
  // No picture shows a cron line, and finding one takes longer than all the rest.
  return reckon({ ...questionOf(asked, cron, Date.parse('2026-11-21T03:30:00Z')), lines: () => [] });
}
