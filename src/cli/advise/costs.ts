import type { GivenRates } from '../../config/given-rates.ts';
import { RejuvError } from '../../domain/errors.ts';
import type { Costs } from '../../model/cost.ts';
import type { Options } from '../options.ts';

export interface Priced {
  readonly costs: Required<Costs>;
  /** hours: nobody named a cost, so that a year costs the hours in which servers are missing. */
  readonly unit: 'hours' | 'given';
}

/**
 * Options go before the file. An hour out for rejuvenation costs what an hour out by a failure does, unless somebody says
 * otherwise; with nothing said both cost 1, which makes the cost of a year its hours of downtime.
 * @throws RejuvError usage naming the option
 */
export function pricesOf(options: Options, written: GivenRates['costs']): Priced {
  const failure = amount('--cost-failure', options.costFailure) ?? written.failureHour;
  const rejuvenation = amount('--cost-rejuvenation', options.costRejuvenation) ?? written.rejuvenationHour;
  const { perFailure = 0, perRejuvenation = 0 } = written;
  const named = failure !== undefined || rejuvenation !== undefined || perFailure > 0 || perRejuvenation > 0;
  return {
    costs: {
      failureDownPerHour: failure ?? 1,
      rejuvenationDownPerHour: rejuvenation ?? failure ?? 1,
      perFailure,
      perRejuvenation,
    },
    unit: named ? 'given' : 'hours',
  };
}

function amount(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() !== '' && number >= 1e-12 && number <= 1e12) return number;
  const problem = `${option} is an amount above 0 and up to 1e12, not ${JSON.stringify(text)}`;
  throw new RejuvError('usage', { problem });
}
